package dev.lockstep.cluster.storage;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.Optional;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.permission.FsAction;
import org.apache.hadoop.fs.permission.FsPermission;

/** Files and directories of a Hadoop file system that nobody but their owner may use: 0600 and 0700. */
final class HadoopOwnerOnly {
    private static final FsPermission FILE = new FsPermission((short) 0600);
    private static final FsPermission DIRECTORY = new FsPermission((short) 0700);

    private HadoopOwnerOnly() {}

    /** Creates a file in a directory that is there. */
    static FSDataOutputStream create(FileSystem fileSystem, Path path, boolean overwrite) throws IOException {
        return fileSystem.create(
                path,
                FILE,
                overwrite,
                fileSystem.getConf().getInt("io.file.buffer.size", 4096),
                fileSystem.getDefaultReplication(path),
                fileSystem.getDefaultBlockSize(path),
                null);
    }

    /** Makes a directory, with its parents as usual; one that is there keeps its permissions. */
    static void makeDirectory(FileSystem fileSystem, Path path) throws IOException {
        if (isDirectory(fileSystem, path)) {
            return;
        }
        Path parent = path.getParent();
        if (parent != null) {
            fileSystem.mkdirs(parent);
        }
        if (!fileSystem.mkdirs(path, DIRECTORY)) {
            throw new IOException("the file system did not make the directory " + path);
        }
    }

    /**
     * Whether there is a directory.
     *
     * @throws IOException when there is a file
     */
    static boolean isDirectory(FileSystem fileSystem, Path path) throws IOException {
        try {
            if (fileSystem.getFileStatus(path).isDirectory()) {
                return true;
            }
        } catch (FileNotFoundException e) {
            return false;
        }
        throw new IOException("a file is in the way of the directory " + path);
    }

    /** The permissions of a file or directory that others than its owner may write to; empty where none may. */
    static Optional<String> writableByOthers(FileSystem fileSystem, Path path) throws IOException {
        try {
            FsPermission permission = fileSystem.getFileStatus(path).getPermission();
            boolean open = permission.getGroupAction().implies(FsAction.WRITE)
                    || permission.getOtherAction().implies(FsAction.WRITE);
            return open ? Optional.of(permission.toString()) : Optional.empty();
        } catch (FileNotFoundException e) {
            return Optional.empty();
        }
    }
}
