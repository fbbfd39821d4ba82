package dev.lockstep.cluster.storage;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Options;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.hdfs.DistributedFileSystem;

/**
 * Renames that mean what they say. {@code FileSystem.rename} moves <em>into</em> a target directory that exists and
 * reports failure as a boolean; HDFS has a better one, which decides in one step.
 */
final class HadoopRename {
    private HadoopRename() {}

    /**
     * Renames; the target must not exist. Atomic on HDFS; elsewhere as atomic as the file system, after a look.
     *
     * @throws FileAlreadyExistsException when the target exists
     * @throws NoSuchFileException when there is nothing to rename
     */
    static void exclusively(FileSystem fileSystem, Path source, Path target) throws IOException {
        if (!fileSystem.exists(source)) {
            throw new NoSuchFileException(source.toString());
        }
        if (fileSystem instanceof DistributedFileSystem hdfs) {
            try {
                hdfs.rename(source, target, Options.Rename.NONE);
            } catch (org.apache.hadoop.fs.FileAlreadyExistsException e) {
                throw alreadyThere(target, e);
            } catch (FileNotFoundException e) {
                throw notThere(source, e);
            }
            return;
        }
        if (fileSystem.exists(target)) {
            throw new FileAlreadyExistsException(target.toString());
        }
        rename(fileSystem, source, target);
    }

    /** Renames a file over another one or to a new name. Atomic on HDFS; elsewhere the old file goes first. */
    static void replacing(FileSystem fileSystem, Path source, Path target) throws IOException {
        if (fileSystem instanceof DistributedFileSystem hdfs) {
            hdfs.rename(source, target, Options.Rename.OVERWRITE);
            return;
        }
        if (fileSystem.exists(target) && !fileSystem.delete(target, false) && fileSystem.exists(target)) {
            throw new IOException("cannot replace " + target + ": the file system did not delete it");
        }
        rename(fileSystem, source, target);
    }

    private static void rename(FileSystem fileSystem, Path source, Path target) throws IOException {
        if (!fileSystem.rename(source, target)) {
            throw new IOException("the file system refused to rename " + source + " to " + target
                    + " and gave no reason; check permissions and that the parent exists");
        }
    }

    private static IOException alreadyThere(Path path, IOException cause) {
        FileAlreadyExistsException exception = new FileAlreadyExistsException(path.toString());
        exception.initCause(cause);
        return exception;
    }

    static IOException notThere(Path path, IOException cause) {
        NoSuchFileException exception = new NoSuchFileException(path.toString());
        exception.initCause(cause);
        return exception;
    }
}
