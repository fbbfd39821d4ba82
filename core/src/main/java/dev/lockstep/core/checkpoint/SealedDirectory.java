package dev.lockstep.core.checkpoint;

import dev.lockstep.core.checkpoint.Manifest.FileSeal;
import dev.lockstep.core.checksum.Sha256;
import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The protocol of the package description, for one family of directories in a storage: {@code step-..} or {@code
 * model}. Writes them all or nothing, reads only what is complete and undamaged.
 */
final class SealedDirectory {
    private static final Logger LOG = LoggerFactory.getLogger(SealedDirectory.class);
    private static final String REMEDY = "make room, raise the quota, or keep fewer checkpoints (checkpoint.keep)";
    private static final String TEMPORARY = "_temporary-";
    private static final String REPLACED = "_replaced-";
    private static final String DELETED = "_deleted-";

    private final CheckpointStorage storage;
    private final SealedReader reader;
    private final String family;
    private final String format;
    private final int formatVersion;

    /** The contents of one file that is to be written. */
    @FunctionalInterface
    interface Contents {
        void writeTo(OutputStream out) throws IOException;
    }

    /** @param family what the names of the directories begin with; those of another family are left alone */
    SealedDirectory(CheckpointStorage storage, String family, String format, int formatVersion) {
        this.storage = storage;
        this.reader = new SealedReader(storage, format, formatVersion);
        this.family = family;
        this.format = format;
        this.formatVersion = formatVersion;
    }

    /** Reads what this writes. */
    SealedReader reader() {
        return reader;
    }

    private String path(String directory) {
        return reader.path(directory);
    }

    /**
     * Writes and publishes a directory.
     *
     * @param fencing the fencing number of the run lease; throws when the lease is lost
     * @param bytes that the files have together, for the message when there is no room
     * @throws LockstepException when a later owner of the run has already written a directory of this name
     */
    Manifest write(
            String name, long step, String runId, LongSupplier fencing, SortedMap<String, Contents> files, long bytes)
            throws IOException {
        numberOf(fencing);
        clearDebris();
        String temporary = TEMPORARY + name + "-" + DurableFiles.randomName();
        try {
            Manifest manifest = writeFiles(temporary, name, step, runId, fencing, files);
            UndisturbedFiles.require(storage, temporary, manifest);
            publish(temporary, name, manifest.fencingNumber());
            UndisturbedFiles.require(storage, name, manifest);
            return manifest;
        } catch (IOException | RuntimeException e) {
            deleteQuietly(temporary);
            if (e instanceof StorageFullException full) {
                throw full.needing(bytes, storage.freeBytes(), storage.location(), REMEDY);
            }
            throw e;
        }
    }

    /** A lease that cannot be confirmed is a failure of the storage; one that is lost ends all writing. */
    private static long numberOf(LongSupplier fencing) throws IOException {
        try {
            return fencing.getAsLong();
        } catch (UncheckedIOException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    /** Room that nobody uses: where it cannot be freed now, the next writer does it. */
    private void deleteQuietly(String temporary) {
        try {
            if (storage.list().contains(temporary)) {
                storage.delete(temporary);
            }
        } catch (IOException | RuntimeException e) {
            LOG.debug("{} is left to the next writer", path(temporary), e);
        }
    }

    private Manifest writeFiles(
            String temporary,
            String name,
            long step,
            String runId,
            LongSupplier fencing,
            SortedMap<String, Contents> files)
            throws IOException {
        SortedMap<String, FileSeal> seals = new TreeMap<>();
        for (Map.Entry<String, Contents> file : files.entrySet()) {
            seals.put(file.getKey(), writeVerified(temporary, file.getKey(), file.getValue()));
        }
        Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        Manifest manifest = new Manifest(format, formatVersion, step, runId, numberOf(fencing), now, seals);
        byte[] json = manifest.toJson();
        if (json.length > SealedReader.MANIFEST_LIMIT_BYTES) {
            throw new IllegalArgumentException(
                    "too many files for a manifest of " + SealedReader.MANIFEST_LIMIT_BYTES + " bytes");
        }
        writeVerified(temporary, SealedReader.MANIFEST, out -> out.write(json));
        if (numberOf(fencing) != manifest.fencingNumber()) {
            throw new IOException(
                    "the run lease was renewed under another number while " + path(name) + " was being written");
        }
        return manifest;
    }

    private FileSeal writeVerified(String directory, String file, Contents contents) throws IOException {
        MessageDigest digest = Sha256.digest();
        long written;
        try (CountingOutputStream out = new CountingOutputStream(storage.create(directory, file))) {
            contents.writeTo(new DigestOutputStream(out, digest));
            written = out.count();
        }
        FileSeal seal = new FileSeal(written, Sha256.hex(digest));
        FileSeal found = reader.sealOf(directory, file);
        if (!found.equals(seal)) {
            throw new IOException("the storage did not keep " + path(directory) + "/" + file + ": expected " + seal
                    + ", read back " + found);
        }
        return seal;
    }

    private void publish(String temporary, String name, long fencingNumber) throws IOException {
        if (!storage.list().contains(name)) {
            storage.publish(temporary, name);
            return;
        }
        long present = fencingNumberOf(name);
        if (present > fencingNumber) {
            throw new LockstepException(
                    ExitCode.CLUSTER,
                    "not written: " + path(name) + " is already there with fencing number " + present
                            + ", this process holds " + fencingNumber
                            + ": another process has taken the run over; this one has to stop");
        }
        String aside = REPLACED + name + "-" + DurableFiles.randomName();
        storage.publish(name, aside);
        storage.publish(temporary, name);
        storage.delete(aside);
    }

    /** The fencing number of a directory, or the lowest one when its manifest is damaged. */
    private long fencingNumberOf(String name) throws IOException {
        try {
            return reader.manifest(name).fencingNumber();
        } catch (DamagedCheckpointException e) {
            return Long.MIN_VALUE;
        }
    }

    /** What writers that died have left. */
    List<String> debris() throws IOException {
        return storage.list().stream()
                .filter(name -> name.startsWith(TEMPORARY + family)
                        || name.startsWith(DELETED + family)
                        || name.startsWith(REPLACED + family))
                .toList();
    }

    /** Removes what writers that died have left; moves back what they had moved aside. */
    void clearDebris() throws IOException {
        List<String> present = names();
        for (String name : present) {
            if (name.startsWith(TEMPORARY + family) || name.startsWith(DELETED + family)) {
                storage.delete(name);
            } else if (name.startsWith(REPLACED + family)) {
                String original = originalName(name);
                if (present.contains(original)) {
                    storage.delete(name);
                } else {
                    storage.publish(name, original);
                }
            }
        }
    }

    /** The directory that a writer that died had moved aside and not yet replaced, or the name itself. */
    String presentName(String name) throws IOException {
        List<String> present = names();
        if (present.contains(name)) {
            return name;
        }
        return present.stream()
                .filter(candidate -> candidate.startsWith(REPLACED + family)
                        && originalName(candidate).equals(name))
                .findFirst()
                .orElse(name);
    }

    /** What lies there under other names is no writer's of ours: it is let alone. */
    private List<String> names() throws IOException {
        return storage.list().stream().filter(StorageName::isValid).toList();
    }

    private static String originalName(String replaced) {
        return replaced.substring(REPLACED.length(), Math.max(REPLACED.length(), replaced.lastIndexOf('-')));
    }

    /** Deletes a published directory; it is never half there under its own name. */
    void discard(String name) throws IOException {
        String aside = DELETED + name + "-" + DurableFiles.randomName();
        storage.publish(name, aside);
        storage.delete(aside);
    }
}
