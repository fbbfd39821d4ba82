package dev.lockstep.cluster.storage;

import dev.lockstep.core.checkpoint.DurableFiles;
import dev.lockstep.core.checkpoint.OwnerOnly;
import dev.lockstep.core.checkpoint.StorageName;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** A directory of the local file system. */
final class LocalRunFiles implements RunFiles {
    private final Path root;

    LocalRunFiles(Path root) {
        this.root = root.toAbsolutePath().normalize();
    }

    @Override
    public String location() {
        return root.toString();
    }

    @Override
    public void makeDirectory() throws IOException {
        OwnerOnly.makeDirectory(root);
    }

    @Override
    public Optional<String> writableByOthers() throws IOException {
        return OwnerOnly.writableByOthers(root);
    }

    @Override
    public boolean exists(String name) {
        return Files.exists(path(name), LinkOption.NOFOLLOW_LINKS);
    }

    @Override
    public List<String> list() throws IOException {
        try (Stream<Path> children = Files.list(root)) {
            return children.map(child -> String.valueOf(child.getFileName()))
                    .sorted()
                    .toList();
        } catch (NoSuchFileException e) {
            return List.of();
        }
    }

    @Override
    public Optional<byte[]> read(String name) throws IOException {
        try {
            return Optional.of(Files.readAllBytes(path(name)));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    @Override
    public void replace(String name, byte[] contents) throws IOException {
        DurableFiles.replace(path(name), contents);
    }

    @Override
    public boolean createExclusively(String name, byte[] contents) throws IOException {
        try (OutputStream out = DurableFiles.create(path(name))) {
            out.write(contents);
        } catch (FileAlreadyExistsException e) {
            return false;
        }
        DurableFiles.syncDirectory(root);
        return true;
    }

    @Override
    public void delete(String name) throws IOException {
        Files.deleteIfExists(path(name));
    }

    @Override
    public AppendStream append(String name) throws IOException {
        Path path = path(name);
        Set<StandardOpenOption> options =
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND);
        OutputStream out = Channels.newOutputStream(Files.newByteChannel(path, options, OwnerOnly.file(path)));
        return new AppendStream() {
            @Override
            public void write(byte[] bytes) throws IOException {
                out.write(bytes);
            }

            @Override
            public void flush() throws IOException {
                out.flush();
            }

            @Override
            public void close() throws IOException {
                out.close();
            }
        };
    }

    @Override
    public void moveToSibling(String name, String sibling) throws IOException {
        Path target = Path.of(siblingLocation(sibling));
        OwnerOnly.makeDirectory(target);
        Files.move(path(name), target.resolve(name), StandardCopyOption.ATOMIC_MOVE);
    }

    @Override
    public String siblingLocation(String sibling) {
        return root.resolveSibling(StorageName.check(sibling)).toString();
    }

    private Path path(String name) {
        return root.resolve(StorageName.check(name));
    }
}
