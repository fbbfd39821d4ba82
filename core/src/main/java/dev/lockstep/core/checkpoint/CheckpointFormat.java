package dev.lockstep.core.checkpoint;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.core.checkpoint.CheckpointEvent.Damaged;
import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Writes, finds and reads checkpoints in a storage; the layout and the protocol are told in the package description. */
public final class CheckpointFormat {
    /** The newest format version that is read, and the one that is written. */
    public static final int FORMAT_VERSION = 1;

    private static final String FAMILY = "step-";
    private static final String STATE = "state.json";
    private static final String TENSOR_SUFFIX = ".f32";
    private static final int STATE_LIMIT_BYTES = 16 << 20;
    private static final long SECOND_LOOK_MILLISECONDS = 500;
    private static final Pattern DIRECTORY = Pattern.compile("step-(\\d{12,18})");

    private final CheckpointStorage storage;
    private final SealedDirectory sealed;
    private final long secondLookMilliseconds;

    private enum ManifestState {
        WHOLE,
        DAMAGED,
        /** The storage did not give it back: perhaps it will another time, so it is no reason to delete anything. */
        UNREADABLE
    }

    /** A published checkpoint; the fencing number is the highest one when its manifest cannot be read. */
    private record Published(String directory, long step, long fencingNumber, ManifestState manifest) {}

    private static final Comparator<Published> NEWEST_FIRST = Comparator.comparingLong(Published::fencingNumber)
            .thenComparingLong(Published::step)
            .reversed();

    public CheckpointFormat(CheckpointStorage storage) {
        this(storage, SECOND_LOOK_MILLISECONDS);
    }

    /** The same with another pause before {@link #latest} looks a second time. */
    CheckpointFormat(CheckpointStorage storage, long secondLookMilliseconds) {
        this.storage = storage;
        this.secondLookMilliseconds = secondLookMilliseconds;
        this.sealed = new SealedDirectory(storage, FAMILY, "lockstep-checkpoint", FORMAT_VERSION);
    }

    /** The directory of a step's checkpoint, such as {@code step-000000001234}. */
    public static String directoryName(long step) {
        return String.format(Locale.ROOT, "%s%012d", FAMILY, step);
    }

    /** The names of the published checkpoints, by step; whether they are whole shows when they are read. */
    public List<String> directories() throws IOException {
        return storage.list().stream()
                .filter(name -> DIRECTORY.matcher(name).matches())
                .sorted(Comparator.comparingLong(CheckpointFormat::stepOf))
                .toList();
    }

    /**
     * Writes and publishes a checkpoint; one of the same step by this or an earlier owner of the run is replaced.
     *
     * @param fencing the fencing number of the run lease; throws when the lease is lost
     * @throws IOException when the storage fails; earlier checkpoints are as they were
     */
    public Manifest write(Checkpoint checkpoint, String runId, LongSupplier fencing) throws IOException {
        byte[] state = StrictJson.pretty(checkpoint.state());
        if (state.length > STATE_LIMIT_BYTES) {
            throw new IllegalArgumentException(
                    "the state has " + state.length + " bytes of JSON, the limit is " + STATE_LIMIT_BYTES);
        }
        SortedMap<String, SealedDirectory.Contents> files = new TreeMap<>();
        files.put(STATE, out -> out.write(state));
        checkpoint
                .tensors()
                .forEach((name, values) -> files.put(name + TENSOR_SUFFIX, out -> TensorBytes.write(values, out)));
        long bytes = checkpoint.tensors().values().stream()
                        .mapToLong(values -> (long) Float.BYTES * values.length)
                        .sum()
                + state.length;
        return sealed.write(directoryName(checkpoint.step()), checkpoint.step(), runId, fencing, files, bytes);
    }

    /**
     * The manifest of a checkpoint; the files themselves are not looked at.
     *
     * @throws DamagedCheckpointException when it is missing or not whole
     */
    public Manifest manifest(String directory) throws IOException {
        Manifest manifest = sealed.reader().manifest(directory);
        if (!directory.equals(directoryName(manifest.step()))) {
            throw sealed.reader()
                    .damaged(directory, "manifest.json", "the step of " + directory, "step " + manifest.step());
        }
        return manifest;
    }

    /**
     * Reads a checkpoint and verifies every byte of it.
     *
     * @throws DamagedCheckpointException naming the file, what was expected and what was found
     * @throws LockstepException when it is of a newer format version
     */
    public Checkpoint read(String directory) throws IOException {
        Manifest manifest = manifest(directory);
        ObjectNode state = readState(directory, manifest);
        SortedMap<String, float[]> tensors = new TreeMap<>();
        for (String file : manifest.files().keySet()) {
            if (file.endsWith(TENSOR_SUFFIX)) {
                String name = file.substring(0, file.length() - TENSOR_SUFFIX.length());
                tensors.put(name, sealed.reader().readTensor(directory, manifest, file));
            }
        }
        try {
            return new Checkpoint(manifest.step(), state, tensors);
        } catch (IllegalArgumentException e) {
            throw new DamagedCheckpointException(
                    sealed.reader().path(directory),
                    "manifest.json",
                    "files of a checkpoint",
                    String.valueOf(e.getMessage()),
                    e);
        }
    }

    private ObjectNode readState(String directory, Manifest manifest) throws IOException {
        byte[] json = sealed.reader().readBytes(directory, manifest, STATE, STATE_LIMIT_BYTES);
        try {
            return StrictJson.parse(json);
        } catch (IOException e) {
            throw new DamagedCheckpointException(
                    sealed.reader().path(directory), STATE, "one JSON object", String.valueOf(e.getMessage()), e);
        }
    }

    /**
     * Verifies every byte of a checkpoint of any size in little memory.
     *
     * @return its manifest
     * @throws DamagedCheckpointException naming the file, what was expected and what was found
     * @throws LockstepException when it is of a newer format version
     */
    public Manifest verify(String directory) throws IOException {
        Manifest manifest = manifest(directory);
        readState(directory, manifest);
        sealed.reader().check(directory, manifest);
        return manifest;
    }

    /** What writers that died have left in the storage: nobody reads it, and the next writer removes it. */
    public List<String> debris() throws IOException {
        return sealed.debris();
    }

    /**
     * Reads the newest complete checkpoint. Where none is complete it looks once more, a moment later: workers that have
     * outlived a driver may be replacing the only one when the next driver comes.
     *
     * @param damaged is told of every newer one that had to be passed over, and why
     * @return empty when none was ever published
     * @throws LockstepException when all are damaged, or the newest whole one is of a newer format version
     * @throws IOException also when none is whole, but one of them could not be read: perhaps it can another time
     */
    public Optional<Checkpoint> latest(Consumer<Damaged> damaged) throws IOException {
        PassedOver passedOver = new PassedOver();
        Optional<Checkpoint> latest = newestWhole(passedOver);
        if (latest.isEmpty() && !passedOver.damaged.isEmpty() && pausedForASecondLook()) {
            passedOver = new PassedOver();
            latest = newestWhole(passedOver);
        }
        passedOver.damaged.forEach(damaged);
        if (latest.isPresent() || passedOver.damaged.isEmpty()) {
            return latest;
        }
        String reasons = "no checkpoint in " + storage.location() + " can be read: "
                + passedOver.damaged.stream().map(Damaged::reason).collect(Collectors.joining("; "));
        if (passedOver.unreadable != null) {
            throw new IOException(reasons, passedOver.unreadable);
        }
        throw new LockstepException(ExitCode.MODEL, reasons + ". Restore one from a copy, or start anew with --fresh");
    }

    /** Checkpoints that are not whole; one that the storage did not give back may yet be. */
    private static final class PassedOver {
        final List<Damaged> damaged = new ArrayList<>();

        @Nullable
        IOException unreadable;

        void add(Published candidate, Exception reason) {
            damaged.add(new Damaged(candidate.step(), candidate.directory(), String.valueOf(reason.getMessage())));
        }
    }

    private Optional<Checkpoint> newestWhole(PassedOver passedOver) throws IOException {
        for (Published candidate : newestFirst()) {
            try {
                return Optional.of(read(candidate.directory()));
            } catch (DamagedCheckpointException e) {
                passedOver.add(candidate, e);
            } catch (IOException e) {
                // As good as damaged as long as the one before is whole.
                passedOver.unreadable = e;
                passedOver.add(candidate, e);
            }
        }
        return Optional.empty();
    }

    private boolean pausedForASecondLook() {
        try {
            Thread.sleep(secondLookMilliseconds);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /**
     * Deletes all but the newest {@code keep} checkpoints and the protected steps. One whose manifest is damaged goes as
     * soon as {@code keep} others are there.
     *
     * @return the directories that were deleted
     */
    public List<String> prune(int keep, Set<Long> protectedSteps) throws IOException {
        sealed.clearDebris();
        List<Published> whole = newestFirst().stream()
                .filter(candidate -> candidate.manifest() == ManifestState.WHOLE)
                .toList();
        if (whole.size() < keep) {
            return List.of();
        }
        Set<Published> kept = Set.copyOf(whole.subList(0, keep));
        List<String> deleted = new ArrayList<>();
        for (Published candidate : newestFirst()) {
            if (candidate.manifest() != ManifestState.UNREADABLE
                    && !kept.contains(candidate)
                    && !protectedSteps.contains(candidate.step())) {
                sealed.discard(candidate.directory());
                deleted.add(candidate.directory());
            }
        }
        return deleted;
    }

    private List<Published> newestFirst() throws IOException {
        List<Published> published = new ArrayList<>();
        for (String directory : directories()) {
            long step = stepOf(directory);
            try {
                published.add(new Published(directory, step, manifest(directory).fencingNumber(), ManifestState.WHOLE));
            } catch (DamagedCheckpointException e) {
                // First in the order, so that reading reports it.
                published.add(new Published(directory, step, Long.MAX_VALUE, ManifestState.DAMAGED));
            } catch (IOException e) {
                published.add(new Published(directory, step, Long.MAX_VALUE, ManifestState.UNREADABLE));
            }
        }
        published.sort(NEWEST_FIRST);
        return published;
    }

    private static long stepOf(String directory) {
        Matcher matcher = DIRECTORY.matcher(directory);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("not a checkpoint directory: " + directory);
        }
        return Long.parseLong(matcher.group(1));
    }
}
