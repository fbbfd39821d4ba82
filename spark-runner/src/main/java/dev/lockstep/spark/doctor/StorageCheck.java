package dev.lockstep.spark.doctor;

import dev.lockstep.cluster.storage.ByteAppender;
import dev.lockstep.cluster.storage.RunDirectory;
import dev.lockstep.core.error.LockstepException;
import dev.lockstep.core.memory.ByteCount;
import dev.lockstep.spark.data.HadoopFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.QuotaUsage;

/**
 * Where runs and checkpoints go: a directory of the doctor's own is made, written, renamed, appended to and deleted
 * beside what is there, by the very classes that a run uses.
 */
final class StorageCheck implements Check {
    private static final long LEAST_FREE_BYTES = ByteCount.mebibytes(64);
    private static final long FEW_FREE_BYTES = ByteCount.mebibytes(1024);
    private static final String LINES = "lines";

    @Override
    public String name() {
        return "storage";
    }

    /** A NameNode that does not answer is asked once more, not for minutes. */
    @Override
    public Duration deadline() {
        return Duration.ofSeconds(30);
    }

    @Override
    public List<Finding> look(Subject subject) throws IOException {
        String location = subject.location();
        if (location == null) {
            return List.of(Finding.ok("run directory", "not looked at: give a job file or --run-dir"));
        }
        Configuration configuration = impatient(subject.hadoop());
        List<Finding> findings = new ArrayList<>(of("run directory", location, configuration));
        String elsewhere = subject.job().checkpoint().directory();
        if (elsewhere != null) {
            findings.addAll(of("checkpoints", elsewhere, configuration));
        }
        if (!subject.local() && !subject.master().startsWith("local-cluster") && isLocalPath(location)) {
            findings.add(Finding.warning(
                    "run directory",
                    location + " is a path of this host",
                    "executors on other hosts need it too: give --run-dir a URI that all hosts reach, or see that the"
                            + " path is a shared file system on all of them"));
        }
        return findings;
    }

    private static boolean isLocalPath(String location) {
        return !location.matches("[A-Za-z][A-Za-z0-9+.-]+:/.*") || location.startsWith("file:");
    }

    private static Configuration impatient(Configuration given) {
        Configuration configuration = new Configuration(given);
        configuration.setInt("ipc.client.connect.max.retries", 1);
        configuration.setInt("ipc.client.connect.max.retries.on.timeouts", 1);
        configuration.setInt("ipc.client.connect.timeout", 5_000);
        configuration.setInt("dfs.client.failover.max.attempts", 2);
        // A client of its own: one that is in use has the patience it was made with.
        configuration.setBoolean("fs.hdfs.impl.disable.cache", true);
        return configuration;
    }

    private static List<Finding> of(String about, String location, Configuration configuration) throws IOException {
        Path path;
        FileSystem files;
        Path existing;
        try {
            path = HadoopFiles.qualify(location, configuration);
            files = path.getFileSystem(configuration);
            existing = existing(files, path);
        } catch (IOException | LockstepException e) {
            return List.of(Finding.ofCluster(
                    about,
                    location + ": " + reason(e),
                    "see that the file system is up, that its address is right, and that this host reaches it"));
        }
        List<Finding> findings = new ArrayList<>();
        findings.add(probe(about, path, files, existing, configuration));
        findings.add(space(about, files, existing));
        quota(about, files, existing).ifPresent(findings::add);
        return findings;
    }

    private static Path existing(FileSystem files, Path path) throws IOException {
        Path found = path;
        while (!files.exists(found) && found.getParent() != null) {
            found = found.getParent();
        }
        return found;
    }

    private static Finding probe(String about, Path path, FileSystem files, Path existing, Configuration configuration)
            throws IOException {
        FileStatus status = files.getFileStatus(existing);
        String owner = status.getOwner() + ":" + status.getGroup() + " " + status.getPermission();
        String where = path.equals(existing)
                ? path + " is there (" + owner + ")"
                : path + " is not there yet, but " + existing + " is (" + owner + ")";
        if (!status.isDirectory()) {
            return Finding.ofCluster(about, existing + " is a file", "name another directory by --run-dir");
        }
        Path own = new Path(existing, "_lockstep-doctor-" + UUID.randomUUID());
        try {
            RunDirectory directory = RunDirectory.at(own.toString(), configuration);
            directory.probeWritable();
            append(directory);
            return Finding.ok(about, where + "; writing, renaming and appending work");
        } catch (IOException | LockstepException e) {
            return Finding.ofCluster(
                    about,
                    where + ": " + reason(e),
                    "give user " + System.getProperty("user.name") + " the right to write there, or name another"
                            + " directory by --run-dir");
        } finally {
            deleteQuietly(files, own);
        }
    }

    private static void append(RunDirectory directory) throws IOException {
        for (String line : List.of("a", "b")) {
            try (ByteAppender appender = directory.appendBytes(LINES)) {
                appender.append(line.getBytes(StandardCharsets.US_ASCII));
            }
        }
        Optional<String> text = directory.readText(LINES);
        if (!text.equals(Optional.of("ab"))) {
            throw new IOException("what was appended came back as " + text.orElse("nothing"));
        }
    }

    private static void deleteQuietly(FileSystem files, Path path) {
        try {
            files.delete(path, true);
        } catch (IOException ignored) {
            // What kept it from being written keeps it from being deleted; it says what it is by its name.
        }
    }

    private static Finding space(String about, FileSystem files, Path existing) throws IOException {
        long free = files.getStatus(existing).getRemaining();
        String found = ByteCount.text(Math.max(0, free)) + " free";
        String fix = "free some space: checkpoints that find none are tried again, and then the run ends";
        if (free < LEAST_FREE_BYTES) {
            return Finding.ofCluster(about + "'s space", found, fix);
        }
        return free < FEW_FREE_BYTES
                ? Finding.warning(about + "'s space", found, fix)
                : Finding.ok(about + "'s space", found);
    }

    /** Of HDFS alone: elsewhere asking for it means counting all files. */
    private static Optional<Finding> quota(String about, FileSystem files, Path existing) throws IOException {
        if (!"hdfs".equals(files.getUri().getScheme())) {
            return Optional.empty();
        }
        for (Path path = existing; path != null; path = path.getParent()) {
            QuotaUsage usage = files.getQuotaUsage(path);
            long names = usage.getQuota() < 0 ? Long.MAX_VALUE : usage.getQuota() - usage.getFileAndDirectoryCount();
            long bytes = usage.getSpaceQuota() < 0 ? Long.MAX_VALUE : usage.getSpaceQuota() - usage.getSpaceConsumed();
            if (usage.getQuota() >= 0 || usage.getSpaceQuota() >= 0) {
                String found = "quota of " + path + ": " + (names == Long.MAX_VALUE ? "any" : String.valueOf(names))
                        + " more names, " + (bytes == Long.MAX_VALUE ? "any" : ByteCount.text(Math.max(0, bytes)))
                        + " more, replicas counted";
                boolean isShort = names < 50 || bytes < FEW_FREE_BYTES;
                return Optional.of(
                        isShort
                                ? Finding.warning(about, found, "have the quota raised, or keep fewer checkpoints")
                                : Finding.ok(about, found));
            }
        }
        return Optional.empty();
    }

    private static String reason(Exception failure) {
        String message = failure.getMessage();
        return failure instanceof LockstepException
                ? String.valueOf(message)
                : failure.getClass().getSimpleName() + ": "
                        + (message == null
                                ? ""
                                : message.strip().lines().findFirst().orElse(""));
    }
}
