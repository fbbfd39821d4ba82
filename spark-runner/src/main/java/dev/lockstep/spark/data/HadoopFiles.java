package dev.lockstep.spark.data;

import dev.lockstep.core.checkpoint.StorageFullException;
import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import java.io.FileNotFoundException;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.PathIOException;
import org.apache.hadoop.security.AccessControlException;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkEnv;
import org.apache.spark.deploy.SparkHadoopUtil;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Files anywhere that Hadoop reads, with Spark's own Hadoop configuration, on the driver and in tasks alike. */
public final class HadoopFiles {
    private static final Logger LOG = LoggerFactory.getLogger(HadoopFiles.class);
    private static final String CONNECT_TIMEOUTS = "ipc.client.connect.max.retries.on.timeouts";

    /** After the first attempt, of 20 s each. Hadoop's own default, 45, keeps a person waiting for a quarter of an hour. */
    private static final int FEWER_CONNECT_TIMEOUTS = 2;

    private HadoopFiles() {}

    /** Spark's Hadoop configuration: its {@code spark.hadoop.*} settings over the cluster's files. */
    public static Configuration configuration() {
        SparkEnv environment = SparkEnv.get();
        return configuration(environment == null ? new SparkConf() : environment.conf());
    }

    /** The same before there is a Spark context. */
    public static Configuration configuration(SparkConf spark) {
        Configuration configuration = SparkHadoopUtil.get().newConfiguration(spark);
        String[] sources = configuration.getPropertySources(CONNECT_TIMEOUTS);
        if (sources == null || Arrays.equals(sources, new String[] {"core-default.xml"})) {
            configuration.setInt(CONNECT_TIMEOUTS, FEWER_CONNECT_TIMEOUTS);
        }
        return configuration;
    }

    /** The path with scheme and absolute, so that it means the same in every process. */
    public static Path qualify(String location, Configuration configuration) {
        try {
            Path path = hasScheme(location)
                    ? new Path(location)
                    : new Path(java.nio.file.Path.of(location)
                            .toAbsolutePath()
                            .normalize()
                            .toUri());
            return path.getFileSystem(configuration).makeQualified(path);
        } catch (IOException | RuntimeException e) {
            // Hadoop tells of a file system whose classes are not there by a plain RuntimeException.
            throw new LockstepException(
                    ExitCode.DATA, location + " is no path that can be opened: " + e.getMessage(), e);
        }
    }

    private static boolean hasScheme(String location) {
        return location.matches("[A-Za-z][A-Za-z0-9+.-]*:.*");
    }

    /**
     * Opens a file for reading.
     *
     * @throws LockstepException naming path and host when it is not there
     * @throws StorageAwayException when it may be readable another time
     */
    public static InputStream open(Path path, Configuration configuration) {
        try {
            return path.getFileSystem(configuration).open(path);
        } catch (IOException e) {
            throw unreadable(path, e);
        }
    }

    /**
     * Status of a file or directory.
     *
     * @throws LockstepException naming path and host when it is not there
     */
    public static FileStatus status(Path path, Configuration configuration) {
        try {
            return path.getFileSystem(configuration).getFileStatus(path);
        } catch (IOException e) {
            throw unreadable(path, e);
        }
    }

    private static LockstepException unreadable(Path path, IOException failure) {
        if (failure instanceof FileNotFoundException) {
            return notFound(path, failure);
        }
        String message = path + " cannot be read: " + failure.getMessage();
        return failure instanceof AccessControlException || failure instanceof PathIOException
                ? new LockstepException(ExitCode.DATA, message, failure)
                : new StorageAwayException(message, failure);
    }

    private static LockstepException notFound(Path path, IOException cause) {
        return new LockstepException(
                ExitCode.DATA,
                "input path not found: " + path + " (looked on host " + host() + ", user "
                        + System.getProperty("user.name") + "); check the path, and that it can be reached from there",
                cause);
    }

    private static String host() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "unknown";
        }
    }

    /** The text of a small file. */
    public static String readText(Path path, Configuration configuration) {
        try (InputStream stream = open(path, configuration)) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw unreadable(path, e);
        }
    }

    /** Writes a file of unknown size, as {@link #writeWhole(Path, long, Configuration, Writing)} does. */
    public static void writeWhole(Path path, Configuration configuration, Writing writing) throws IOException {
        writeWhole(path, 0, configuration, writing);
    }

    /**
     * Writes a file under another name first and renames it, so that readers never see half of it.
     *
     * @param bytes that it will have, for the message where there is no room; 0 where nobody knows
     * @throws dev.lockstep.core.checkpoint.StorageFullException when there is no room for it
     */
    public static void writeWhole(Path path, long bytes, Configuration configuration, Writing writing)
            throws IOException {
        FileSystem files = path.getFileSystem(configuration);
        // On a local disk Hadoop would leave a hidden file of checksums beside each: what needs them has its own.
        FileSystem written = files instanceof LocalFileSystem local ? local.getRawFileSystem() : files;
        Path temporary = new Path(path.getParent(), "_" + path.getName() + "-" + UUID.randomUUID());
        long[] count = new long[1];
        try {
            try (OutputStream stream = counted(written.create(temporary, true), count)) {
                writing.to(stream);
            }
            // Two attempts of one task write the same bytes: whoever comes last may replace the first.
            files.delete(path, false);
            if (!written.rename(temporary, path)) {
                throw new IOException(temporary + " could not be renamed to " + path);
            }
        } catch (IOException | RuntimeException | FSError e) {
            // Half a file on a full disk helps nobody; Hadoop tells of one as of a broken disk, by an Error.
            deleteQuietly(files, temporary);
            Optional<StorageFullException> full = NoRoom.of(e, path, Math.max(bytes, count[0]), configuration);
            if (full.isPresent()) {
                throw full.get();
            }
            if (e instanceof FSError broken) {
                throw new IOException(path + " cannot be written: " + broken.getMessage(), broken);
            }
            throw e;
        }
    }

    private static OutputStream counted(OutputStream stream, long[] count) {
        return new FilterOutputStream(stream) {
            @Override
            public void write(int value) throws IOException {
                out.write(value);
                count[0]++;
            }

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                out.write(bytes, offset, length);
                count[0] += length;
            }
        };
    }

    private static void deleteQuietly(FileSystem files, Path temporary) {
        try {
            files.delete(temporary, false);
        } catch (IOException | RuntimeException e) {
            LOG.debug("{} is left behind", temporary, e);
        }
    }

    /** Something that writes a file's content. */
    @FunctionalInterface
    public interface Writing {
        /** Writes; the stream is closed by the caller too. */
        void to(OutputStream stream) throws IOException;
    }
}
