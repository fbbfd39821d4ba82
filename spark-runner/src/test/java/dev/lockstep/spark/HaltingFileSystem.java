package dev.lockstep.spark;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.util.Progressable;

/**
 * The local disk under the scheme {@code halt}, where the process dies on the spot, as by SIGKILL, at a chosen moment of
 * its n-th checkpoint. Given by the system properties {@code halt.moment} and {@code halt.checkpoint}.
 */
public final class HaltingFileSystem extends RawLocalFileSystem {
    static final String MOMENT = "halt.moment";
    static final String CHECKPOINT = "halt.checkpoint";
    static final int EXIT_CODE = 137;
    private static final URI NAME = URI.create("halt:///");
    private static final AtomicInteger BEGUN = new AtomicInteger();

    /** When. */
    enum Moment {
        /** A tensor is half written. */
        FILES,
        /** All files are there, the manifest is being written. */
        MANIFEST,
        /** Everything is written; the directory has not its name yet. */
        BEFORE_RENAME,
        /** The directory has its name; nobody was told. */
        AFTER_RENAME,
        /** Old checkpoints are to be deleted. */
        PRUNE
    }

    @Override
    public URI getUri() {
        return NAME;
    }

    @Override
    public String getScheme() {
        return NAME.getScheme();
    }

    @Override
    public FileStatus getFileStatus(Path path) throws IOException {
        return plain(super.getFileStatus(path));
    }

    @Override
    public FileStatus[] listStatus(Path path) throws IOException {
        FileStatus[] children = super.listStatus(path);
        for (int i = 0; i < children.length; i++) {
            children[i] = plain(children[i]);
        }
        return children;
    }

    /** Without owner and permissions, which the disk's own file system looks up under the scheme "file" alone. */
    private static FileStatus plain(FileStatus status) {
        return new FileStatus(
                status.getLen(),
                status.isDirectory(),
                status.getReplication(),
                status.getBlockSize(),
                status.getModificationTime(),
                status.getAccessTime(),
                new FsPermission((short) (status.isDirectory() ? 0700 : 0600)),
                null,
                null,
                status.getPath());
    }

    private static void haltAt(Moment moment) {
        if (moment == Moment.valueOf(System.getProperty(MOMENT)) && BEGUN.get() >= Integer.getInteger(CHECKPOINT)) {
            Runtime.getRuntime().halt(EXIT_CODE);
        }
    }

    private static boolean isOfCheckpoint(Path path) {
        return path.toString().contains("_temporary-step");
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
        FSDataOutputStream stream =
                super.create(file, permission, overwrite, bufferSize, replication, blockSize, progress);
        return isOfCheckpoint(file) ? watched(file, stream) : stream;
    }

    @Override
    public FSDataOutputStream create(
            Path file, boolean overwrite, int bufferSize, short replication, long blockSize, Progressable progress)
            throws IOException {
        FSDataOutputStream stream = super.create(file, overwrite, bufferSize, replication, blockSize, progress);
        return isOfCheckpoint(file) ? watched(file, stream) : stream;
    }

    private static FSDataOutputStream watched(Path file, FSDataOutputStream stream) throws IOException {
        boolean manifest = file.getName().equals("manifest.json");
        if (file.getName().startsWith("parameters")) {
            BEGUN.incrementAndGet();
        }
        return new FSDataOutputStream(
                new OutputStream() {
                    @Override
                    public void write(int value) throws IOException {
                        stream.write(value);
                    }

                    @Override
                    public void write(byte[] bytes, int offset, int length) throws IOException {
                        stream.write(bytes, offset, length / 2);
                        stream.flush();
                        haltAt(manifest ? Moment.MANIFEST : Moment.FILES);
                        stream.write(bytes, offset + length / 2, length - length / 2);
                    }

                    @Override
                    public void close() throws IOException {
                        stream.close();
                    }
                },
                new FileSystem.Statistics("halt"));
    }

    @Override
    public boolean rename(Path source, Path target) throws IOException {
        boolean checkpoint = isOfCheckpoint(source);
        if (checkpoint) {
            haltAt(Moment.BEFORE_RENAME);
        }
        boolean renamed = super.rename(source, target);
        if (checkpoint) {
            haltAt(Moment.AFTER_RENAME);
        }
        return renamed;
    }

    @Override
    public boolean delete(Path path, boolean recursive) throws IOException {
        if (path.getName().contains("step-") && !isOfCheckpoint(path)) {
            haltAt(Moment.PRUNE);
        }
        return super.delete(path, recursive);
    }
}
