package dev.lockstep.core.checkpoint;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;

/**
 * Local files and directories that nobody but their owner may use, 0600 and 0700: models and what they were trained on
 * are nobody else's business. Where the file system has no such permissions there are none.
 */
public final class OwnerOnly {
    private static final FileAttribute<Set<PosixFilePermission>> FILE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    private static final FileAttribute<Set<PosixFilePermission>> DIRECTORY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    private OwnerOnly() {}

    /** What a new file is created with. */
    public static FileAttribute<?>[] file(Path file) {
        return hasPermissions(file) ? new FileAttribute<?>[] {FILE} : new FileAttribute<?>[0];
    }

    /** Makes a directory for its owner alone, with its parents as usual; one that is there keeps its permissions. */
    public static void makeDirectory(Path directory) throws IOException {
        if (Files.isDirectory(directory)) {
            return;
        }
        Path parent = directory.toAbsolutePath().getParent();
        if (parent != null) {
            Files.createDirectories(parent);
        }
        try {
            Files.createDirectory(
                    directory,
                    hasPermissions(directory) ? new FileAttribute<?>[] {DIRECTORY} : new FileAttribute<?>[0]);
        } catch (FileAlreadyExistsException e) {
            if (!Files.isDirectory(directory)) {
                throw e;
            }
        }
    }

    /** The permissions of a file or directory that others than its owner may write to; empty where none may. */
    public static Optional<String> writableByOthers(Path path) throws IOException {
        if (!Files.exists(path) || !hasPermissions(path)) {
            return Optional.empty();
        }
        Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(path);
        boolean open = permissions.contains(PosixFilePermission.GROUP_WRITE)
                || permissions.contains(PosixFilePermission.OTHERS_WRITE);
        return open ? Optional.of(PosixFilePermissions.toString(permissions)) : Optional.empty();
    }

    private static boolean hasPermissions(Path path) {
        return path.getFileSystem().supportedFileAttributeViews().contains("posix");
    }
}
