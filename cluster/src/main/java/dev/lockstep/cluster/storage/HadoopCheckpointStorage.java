package dev.lockstep.cluster.storage;

import dev.lockstep.core.checkpoint.CheckpointStorage;
import dev.lockstep.core.checkpoint.StorageName;
import dev.lockstep.core.checkpoint.WriteProbe;
import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.FileAlreadyExistsException;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.ClusterStorageCapacityExceededException;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.QuotaUsage;

/**
 * A directory of any Hadoop file system. Files are forced to the disks ({@code hsync}) where the file system can do it.
 * Renames are atomic on HDFS.
 */
public final class HadoopCheckpointStorage implements CheckpointStorage {
    private final FileSystem fileSystem;
    private final Path root;

    /**
     * @param uri of the directory, such as {@code hdfs://namenode:8020/models/fashion}; need not exist
     * @throws IOException when there is no file system for the URI
     */
    public HadoopCheckpointStorage(URI uri, Configuration configuration) throws IOException {
        this(new Path(uri).getFileSystem(configuration), new Path(uri));
    }

    HadoopCheckpointStorage(FileSystem fileSystem, Path root) {
        this.fileSystem = fileSystem;
        this.root = fileSystem.makeQualified(root);
    }

    @Override
    public String location() {
        return root.toString();
    }

    @Override
    public void probeWritable() {
        try {
            WriteProbe.run(this);
        } catch (IOException e) {
            throw new LockstepException(
                    ExitCode.USAGE,
                    "cannot write to " + root + " (scheme " + root.toUri().getScheme() + ", user "
                            + System.getProperty("user.name") + "): " + WriteProbe.describe(e)
                            + "; check the address and the directory's permissions, or choose another one",
                    e);
        }
    }

    @Override
    public List<String> list() throws IOException {
        try {
            return Arrays.stream(fileSystem.listStatus(root))
                    .filter(FileStatus::isDirectory)
                    .map(status -> status.getPath().getName())
                    .sorted()
                    .toList();
        } catch (FileNotFoundException e) {
            return List.of();
        }
    }

    @Override
    public OutputStream create(String directory, String file) throws IOException {
        Path path = path(directory, file);
        try {
            Path parent = path.getParent();
            if (!HadoopOwnerOnly.isDirectory(fileSystem, parent)) {
                HadoopOwnerOnly.makeDirectory(fileSystem, root);
                HadoopOwnerOnly.makeDirectory(fileSystem, parent);
            }
            return new HadoopStream(HadoopOwnerOnly.create(fileSystem, path, false), path);
        } catch (org.apache.hadoop.fs.FileAlreadyExistsException e) {
            FileAlreadyExistsException exists = new FileAlreadyExistsException(path.toString());
            exists.initCause(e);
            throw exists;
        } catch (ClusterStorageCapacityExceededException e) {
            throw HadoopStream.told(path, e);
        }
    }

    @Override
    public InputStream open(String directory, String file) throws IOException {
        Path path = path(directory, file);
        try {
            return fileSystem.open(path);
        } catch (FileNotFoundException e) {
            throw HadoopRename.notThere(path, e);
        }
    }

    @Override
    public long size(String directory, String file) throws IOException {
        Path path = path(directory, file);
        try {
            return fileSystem.getFileStatus(path).getLen();
        } catch (FileNotFoundException e) {
            throw HadoopRename.notThere(path, e);
        }
    }

    @Override
    public void publish(String temporary, String name) throws IOException {
        Path source = new Path(root, StorageName.check(temporary));
        HadoopRename.exclusively(fileSystem, source, new Path(root, StorageName.check(name)));
    }

    @Override
    public void delete(String directory) throws IOException {
        Path path = new Path(root, StorageName.check(directory));
        if (!fileSystem.delete(path, true) && fileSystem.exists(path)) {
            throw new IOException("the file system did not delete " + path + " and gave no reason");
        }
    }

    /** The room of the file system or of the tightest quota above, as files of the usual replication may fill it. */
    @Override
    public OptionalLong freeBytes() {
        try {
            Path existing = root;
            while (!fileSystem.exists(existing) && existing.getParent() != null) {
                existing = existing.getParent();
            }
            int copies = Math.max(1, fileSystem.getDefaultReplication(existing));
            long free = fileSystem.getStatus(existing).getRemaining() / copies;
            for (Path place = existing; hasQuotas() && place != null; place = place.getParent()) {
                free = Math.min(free, withinQuota(place) / copies);
            }
            return OptionalLong.of(Math.max(0, free));
        } catch (IOException | RuntimeException e) {
            return OptionalLong.empty();
        }
    }

    /** Hadoop's own answer for file systems that know of no quotas adds up every file below. */
    private boolean hasQuotas() {
        try {
            Class<?> answering =
                    fileSystem.getClass().getMethod("getQuotaUsage", Path.class).getDeclaringClass();
            return answering != FileSystem.class;
        } catch (NoSuchMethodException impossible) {
            return false;
        }
    }

    private long withinQuota(Path place) {
        try {
            QuotaUsage usage = fileSystem.getQuotaUsage(place);
            return usage.getSpaceQuota() < 0 ? Long.MAX_VALUE : usage.getSpaceQuota() - usage.getSpaceConsumed();
        } catch (IOException | RuntimeException e) {
            // Not ours to look at, or a file system without quotas.
            return Long.MAX_VALUE;
        }
    }

    private Path path(String directory, String file) {
        return new Path(new Path(root, StorageName.check(directory)), StorageName.check(file));
    }
}
