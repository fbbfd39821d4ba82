package dev.lockstep.core.checkpoint;

import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A directory of the local file system. Files and directory entries are forced to the disk before they count. */
public final class LocalCheckpointStorage implements CheckpointStorage {
    private final Path root;

    /** Nothing is created before the first file is. */
    public LocalCheckpointStorage(Path root) {
        this.root = root.toAbsolutePath().normalize();
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
                    "cannot write to the directory " + root + ": " + WriteProbe.describe(e)
                            + "; expected a directory that user "
                            + System.getProperty("user.name") + " may create files in; change its permissions or choose"
                            + " another one",
                    e);
        }
    }

    @Override
    public List<String> list() throws IOException {
        if (!Files.isDirectory(root)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(root)) {
            return entries.filter(entry -> Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS))
                    .map(entry -> String.valueOf(entry.getFileName()))
                    .sorted()
                    .toList();
        }
    }

    @Override
    public OutputStream create(String directory, String file) throws IOException {
        Path path = path(directory, file);
        try {
            OwnerOnly.makeDirectory(root);
            OwnerOnly.makeDirectory(root.resolve(directory));
            return DurableFiles.create(path);
        } catch (IOException e) {
            Optional<StorageFullException> full = StorageFullException.ofLocal(e, path.toString());
            if (full.isPresent()) {
                throw full.get();
            }
            throw e;
        }
    }

    @Override
    public OptionalLong freeBytes() {
        return StorageFullException.freeBytesAt(root);
    }

    @Override
    public InputStream open(String directory, String file) throws IOException {
        return Files.newInputStream(plainFile(directory, file), LinkOption.NOFOLLOW_LINKS);
    }

    @Override
    public long size(String directory, String file) throws IOException {
        return Files.size(plainFile(directory, file));
    }

    @Override
    public void publish(String temporary, String name) throws IOException {
        Path source = root.resolve(StorageName.check(temporary));
        Path target = root.resolve(StorageName.check(name));
        if (!Files.isDirectory(source)) {
            throw new NoSuchFileException(source.toString());
        }
        if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
            throw new FileAlreadyExistsException(target.toString());
        }
        DurableFiles.syncDirectory(source);
        try {
            Files.move(source, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (DirectoryNotEmptyException e) {
            // Somebody published between the look and the rename; rename(2) does not replace a directory with files.
            FileAlreadyExistsException exists = new FileAlreadyExistsException(target.toString());
            exists.initCause(e);
            throw exists;
        }
        DurableFiles.syncDirectory(root);
    }

    @Override
    public void delete(String directory) throws IOException {
        Path path = root.resolve(StorageName.check(directory));
        if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            Files.walkFileTree(path, new DeleteAll());
            DurableFiles.syncDirectory(root);
        }
    }

    private Path path(String directory, String file) {
        return root.resolve(StorageName.check(directory)).resolve(StorageName.check(file));
    }

    /** A link may lead anywhere, and a pipe never ends. */
    private Path plainFile(String directory, String file) throws IOException {
        Path path = path(directory, file);
        boolean isPlain = Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                        .isRegularFile()
                && Files.isDirectory(root.resolve(directory), LinkOption.NOFOLLOW_LINKS);
        if (!isPlain) {
            throw new FileSystemException(
                    path.toString(), null, "refused: not a plain file in a plain directory; links are not followed");
        }
        return path;
    }

    private static final class DeleteAll extends SimpleFileVisitor<Path> {
        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure) throws IOException {
            if (failure != null) {
                throw failure;
            }
            Files.deleteIfExists(directory);
            return FileVisitResult.CONTINUE;
        }
    }
}
