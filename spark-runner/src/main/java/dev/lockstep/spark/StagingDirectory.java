package dev.lockstep.spark;

import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import java.io.IOException;
import java.nio.file.Files;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where a fit keeps what it packs and writes: a directory that somebody named, which stays, or one of its own, which is
 * deleted behind it.
 */
final class StagingDirectory implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StagingDirectory.class);
    private static final String LOCAL_SCHEME = "file";

    private final Path path;
    private final FileSystem files;
    private final boolean lasting;

    private StagingDirectory(Path path, FileSystem files, boolean lasting) {
        this.path = path;
        this.files = files;
        this.lasting = lasting;
    }

    /**
     * Finds the place.
     *
     * @param given Hadoop URI or path of the default file system, as everywhere in Spark; null for a temporary place
     */
    static StagingDirectory of(@Nullable String given, JavaSparkContext spark, Configuration configuration) {
        try {
            if (given != null) {
                Path path = new Path(given);
                FileSystem files = path.getFileSystem(configuration);
                return new StagingDirectory(files.makeQualified(path), files, true);
            }
            Path base = base(spark.getConf(), configuration);
            FileSystem files = base.getFileSystem(configuration);
            Path path = new Path(files.makeQualified(base), "lockstep-fit-" + UUID.randomUUID());
            // Where the process ends before the fit does.
            files.deleteOnExit(path);
            return new StagingDirectory(path, files, false);
        } catch (IOException | IllegalArgumentException e) {
            throw new LockstepException(
                    ExitCode.USAGE, "runDirectory: " + given + " is no place that can be opened: " + e.getMessage(), e);
        }
    }

    /** Beside what Spark itself stages for a user; on the local disk where all workers are this process. */
    private static Path base(SparkConf spark, Configuration configuration) throws IOException {
        if (WorkerCount.isLocal(spark.get("spark.master"))) {
            return local();
        }
        FileSystem files = FileSystem.get(configuration);
        if (LOCAL_SCHEME.equals(files.getUri().getScheme())) {
            LOG.warn(
                    "There is no file system that all hosts reach (fs.defaultFS is local): the samples are packed into"
                            + " {}, which does where all executors are on this host; else set runDirectory",
                    local());
            return local();
        }
        String staging = spark.get("spark.yarn.stagingDir", "");
        return new Path(
                staging.isEmpty() ? files.getHomeDirectory() : files.makeQualified(new Path(staging)),
                ".lockstepStaging");
    }

    private static Path local() throws IOException {
        java.nio.file.Path folder = java.nio.file.Path.of(System.getProperty("java.io.tmpdir"));
        return new Path(Files.createDirectories(folder).toUri());
    }

    /** The URI. */
    String location() {
        return path.toString();
    }

    /** Whether somebody named it. */
    boolean isLasting() {
        return lasting;
    }

    @Override
    public void close() {
        if (lasting) {
            return;
        }
        try {
            files.delete(path, true);
            files.cancelDeleteOnExit(path);
        } catch (IOException e) {
            LOG.warn("{} could not be deleted: {}", path, e.getMessage());
        }
    }
}
