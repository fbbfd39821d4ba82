package dev.lockstep.spark.data;

import java.io.IOException;
import java.net.URI;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.util.Progressable;

/** The local disk under the scheme {@code full}, without any room. */
public final class FullFileSystem extends RawLocalFileSystem {
    static final String DEVICE = "/dev/full";
    private static final int BUFFER_BYTES = 4096;
    private static final long BLOCK_BYTES = 1 << 20;
    private static final URI NAME = URI.create("full:///");
    private static final AtomicInteger CREATED = new AtomicInteger();

    /** How many files were begun in this process. */
    static int created() {
        return CREATED.get();
    }

    @Override
    public URI getUri() {
        return NAME;
    }

    @Override
    public String getScheme() {
        return NAME.getScheme();
    }

    /** Without owner and permissions, which the disk's own file system looks up under the scheme "file" alone. */
    @Override
    public FileStatus getFileStatus(Path path) throws IOException {
        FileStatus status = super.getFileStatus(path);
        return new FileStatus(
                status.getLen(),
                status.isDirectory(),
                status.getReplication(),
                status.getBlockSize(),
                status.getModificationTime(),
                status.getAccessTime(),
                new FsPermission((short) 0700),
                null,
                null,
                status.getPath());
    }

    @Override
    public FSDataOutputStream create(
            Path file, boolean overwrite, int bufferSize, short replication, long blockSize, Progressable progress)
            throws IOException {
        return full(super.create(file, overwrite, bufferSize, replication, blockSize, progress));
    }

    @Override
    public FSDataOutputStream create(
            Path file,
            FsPermission permission,
            boolean overwrite,
            int bufferSize,
            short replication,
            long blockSize,
            Progressable progress)
            throws IOException {
        return full(super.create(file, permission, overwrite, bufferSize, replication, blockSize, progress));
    }

    /** The file is there; what is written to it goes to the kernel's own full device. */
    private FSDataOutputStream full(FSDataOutputStream begun) throws IOException {
        CREATED.incrementAndGet();
        begun.close();
        return super.create(new Path(DEVICE), true, BUFFER_BYTES, (short) 1, BLOCK_BYTES, null);
    }
}
