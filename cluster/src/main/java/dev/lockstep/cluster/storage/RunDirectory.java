package dev.lockstep.cluster.storage;

import dev.lockstep.core.checkpoint.CheckpointStorage;
import dev.lockstep.core.checkpoint.LocalCheckpointStorage;
import dev.lockstep.core.checkpoint.StorageName;
import dev.lockstep.core.checkpoint.WriteProbe;
import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;

/**
 * A run directory on the local disk or any Hadoop file system. Children are named by plain names, without separators. A
 * location without a scheme is a local path, relative to the working directory.
 */
public final class RunDirectory {
    /** The folder of what travels between those who submit trainings and their drivers. */
    public static final String SUBMISSIONS = "submissions";

    private static final Pattern SCHEME = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]+:/.*");
    private static final DateTimeFormatter TIMESTAMP =
            DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss-SSS").withZone(ZoneOffset.UTC);
    /** Moved first: a half-moved run must not look like a completed one, nor like one to go on with. */
    private static final List<String> FIRST_ASIDE = List.of("result.json", "checkpoints");

    private final String name;
    private final String location;
    private final Configuration configuration;
    private final RunFiles files;

    RunDirectory(String name, Configuration configuration, RunFiles files) {
        this.name = name;
        this.location = files.location();
        this.configuration = configuration;
        this.files = files;
    }

    /**
     * Opens a directory without looking at it; {@link #make()} makes it.
     *
     * @param location Hadoop URI or local path
     * @throws LockstepException when no file system serves the location
     */
    public static RunDirectory at(String location, Configuration configuration) {
        Optional<Path> local = localPath(location);
        if (local.isPresent()) {
            Path path = local.get().toAbsolutePath().normalize();
            return new RunDirectory(String.valueOf(path.getFileName()), configuration, new LocalRunFiles(path));
        }
        try {
            org.apache.hadoop.fs.Path path = new org.apache.hadoop.fs.Path(location);
            return new RunDirectory(
                    path.getName(), configuration, new HadoopRunFiles(path.getFileSystem(configuration), path));
        } catch (IOException | RuntimeException e) {
            // Hadoop tells of a file system whose classes are not there by a plain RuntimeException.
            throw noFileSystem(location, e);
        }
    }

    /**
     * The storage at any location, such as a job's {@code checkpoint.directory}.
     *
     * @throws LockstepException when no file system serves the location
     */
    public static CheckpointStorage storageAt(String location, Configuration configuration) {
        Optional<Path> local = localPath(location);
        if (local.isPresent()) {
            return new LocalCheckpointStorage(local.get());
        }
        try {
            return new HadoopCheckpointStorage(new org.apache.hadoop.fs.Path(location).toUri(), configuration);
        } catch (IOException | RuntimeException e) {
            throw noFileSystem(location, e);
        }
    }

    private static LockstepException noFileSystem(String location, Exception cause) {
        return new LockstepException(
                ExitCode.USAGE,
                "cannot open " + location + ": " + cause.getMessage()
                        + "; expected a local path or a URI of a configured Hadoop file system, such as"
                        + " hdfs://namenode:8020/runs/name",
                cause);
    }

    private static Optional<Path> localPath(String location) {
        if (location.isBlank()) {
            throw new LockstepException(ExitCode.USAGE, "expected a path or URI of a directory, found an empty text");
        }
        if (!SCHEME.matcher(location).matches()) {
            return Optional.of(Path.of(location));
        }
        if (!location.regionMatches(true, 0, "file:", 0, 5)) {
            return Optional.empty();
        }
        try {
            return Optional.of(Path.of(new URI("file", null, new URI(location).getPath(), null)));
        } catch (URISyntaxException | IllegalArgumentException e) {
            throw noFileSystem(location, e);
        }
    }

    /** The absolute path or qualified URI. */
    public String location() {
        return location;
    }

    /** Makes the directory where it is missing, for its owner alone (0700); its parents as usual. */
    public void make() throws IOException {
        files.makeDirectory();
    }

    /**
     * The permissions of the directory, such as {@code rwxrwxr-x}, where others than its owner may write into it: they
     * could replace a checkpoint together with its checksums. Empty where none may.
     */
    public Optional<String> writableByOthers() throws IOException {
        return files.writableByOthers();
    }

    /** Whether there is a child, file or directory. */
    public boolean exists(String child) throws IOException {
        return files.exists(child);
    }

    /** The names of all children, sorted; empty when the directory does not exist. */
    public List<String> list() throws IOException {
        return files.list();
    }

    /** The path or URI of a child. */
    public String resolve(String child) {
        return location + "/" + child;
    }

    /** The contents of a small UTF-8 file, or empty when there is none. */
    public Optional<String> readText(String child) throws IOException {
        return files.read(child).map(bytes -> new String(bytes, StandardCharsets.UTF_8));
    }

    /** Gives a small UTF-8 file its contents in one step: a reader sees the old or the new, whole. */
    public void writeText(String child, String text) throws IOException {
        files.replace(child, text.getBytes(StandardCharsets.UTF_8));
    }

    /** Opens a file of lines to append to; a last line that a dead writer left without its end is removed first. */
    public LineWriter appendLines(String child) throws IOException {
        Optional<byte[]> before = files.read(child);
        if (before.isPresent() && before.get().length > 0 && before.get()[before.get().length - 1] != '\n') {
            retainLines(child, line -> true);
        }
        return new LineWriter(appendBytes(child));
    }

    /** Opens a file of bytes to append to, creating it when needed. */
    public ByteAppender appendBytes(String child) throws IOException {
        return new ByteAppender(resolve(child), files.append(child));
    }

    /** A directory inside this one, not looked at; {@link #make()} makes it. */
    public RunDirectory directory(String child) {
        return at(resolve(StorageName.check(child)), configuration);
    }

    /**
     * Keeps the lines of a file that satisfy the predicate, in one step; an unfinished last line goes in any case. No
     * {@link LineWriter} may be open on it.
     *
     * @return how many lines were removed
     */
    public int retainLines(String child, Predicate<String> keep) throws IOException {
        Optional<String> text = readText(child);
        if (text.isEmpty()) {
            return 0;
        }
        StringBuilder kept = new StringBuilder();
        int removed = 0;
        int from = 0;
        for (int end = text.get().indexOf('\n'); end >= 0; end = text.get().indexOf('\n', from)) {
            String line = text.get().substring(from, end);
            if (keep.test(line)) {
                kept.append(line).append('\n');
            } else {
                removed++;
            }
            from = end + 1;
        }
        boolean unfinished = from < text.get().length();
        if (removed > 0 || unfinished) {
            writeText(child, kept.toString());
        }
        return removed + (unfinished ? 1 : 0);
    }

    /**
     * Moves everything but the lease and submissions into a sibling {@code NAME.TIMESTAMP}, for a run that starts anew. To be called by
     * the holder of the lease.
     *
     * @return the sibling's location, or empty when there was nothing to move
     */
    public Optional<String> moveAside(Instant now) throws IOException {
        List<String> children = new ArrayList<>(files.list());
        children.removeIf(child -> child.startsWith(RunLease.FILE_PREFIX)
                || child.startsWith("_" + RunLease.FILE_PREFIX)
                || child.equals(SUBMISSIONS));
        if (children.isEmpty()) {
            return Optional.empty();
        }
        children.sort(Comparator.comparingInt(RunDirectory::orderAside).thenComparing(Comparator.naturalOrder()));
        String sibling = name + "." + TIMESTAMP.format(now);
        for (String child : children) {
            files.moveToSibling(child, sibling);
        }
        return Optional.of(files.siblingLocation(sibling));
    }

    private static int orderAside(String child) {
        int position = FIRST_ASIDE.indexOf(child);
        return position < 0 ? FIRST_ASIDE.size() : position;
    }

    /** The storage that is a child of this directory, such as {@code checkpoints}. */
    public CheckpointStorage checkpointStorage(String child) {
        return storageAt(resolve(child), configuration);
    }

    /** This directory itself as a storage, for the model in it. */
    public CheckpointStorage storage() {
        return storageAt(location, configuration);
    }

    /**
     * Makes the directory and proves that it takes files.
     *
     * @throws LockstepException saying what failed, where and what to do
     */
    public void probeWritable() {
        try {
            make();
        } catch (IOException e) {
            throw notMade(e);
        }
        storage().probeWritable();
    }

    /** On the local disk the name or its permissions are wrong; elsewhere it may be the storage that is down. */
    LockstepException notMade(IOException failure) {
        boolean local = failure instanceof FileSystemException;
        return new LockstepException(
                local ? ExitCode.USAGE : ExitCode.CLUSTER,
                "cannot make the run directory " + location + ": " + WriteProbe.describe(failure) + "; "
                        + (local ? "" : "check that the file system is up and may be written, or ")
                        + "choose another one with --run-dir",
                failure);
    }

    RunFiles files() {
        return files;
    }
}
