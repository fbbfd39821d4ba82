package dev.lockstep.core.checkpoint;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.HexFormat;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/** Local files that survive a crash of the machine: contents and directory entries are forced to the disk. */
public final class DurableFiles {
    private DurableFiles() {}

    /**
     * Creates a file for its owner alone, whose {@code close} forces its contents to the disk.
     *
     * @throws java.nio.file.FileAlreadyExistsException when there is such a file
     */
    public static OutputStream create(Path file) throws IOException {
        Set<StandardOpenOption> options = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        return new ForcedOnClose(FileChannel.open(file, options, OwnerOnly.file(file)), file);
    }

    /**
     * Gives a file new contents in one step: a reader sees the old or the new, whole.
     *
     * @throws AtomicMoveNotSupportedException where the file system cannot do it
     */
    public static void replace(Path file, byte[] contents) throws IOException {
        Path directory = file.toAbsolutePath().getParent();
        if (directory == null) {
            throw new IOException("not a file: " + file);
        }
        Path temporary = directory.resolve("_" + file.getFileName() + "-" + randomName());
        try {
            try (OutputStream out = create(temporary)) {
                out.write(contents);
            }
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(temporary);
        }
        syncDirectory(directory);
    }

    /** Forces a directory's entries to the disk, so that a file created or renamed in it is still there after a crash. */
    public static void syncDirectory(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /** Sixteen hexadecimal digits that no other writer has drawn. */
    public static String randomName() {
        return HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
    }

    private static final class ForcedOnClose extends OutputStream {
        private final FileChannel channel;
        private final Path file;

        ForcedOnClose(FileChannel channel, Path file) {
            this.channel = channel;
            this.file = file;
        }

        @Override
        public void write(int value) throws IOException {
            write(new byte[] {(byte) value}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            ByteBuffer buffer = ByteBuffer.wrap(bytes, offset, length);
            try {
                while (buffer.hasRemaining()) {
                    channel.write(buffer);
                }
            } catch (IOException e) {
                throw full(e);
            }
        }

        @Override
        public void close() throws IOException {
            try (channel) {
                if (channel.isOpen()) {
                    channel.force(true);
                }
            } catch (IOException e) {
                throw full(e);
            }
        }

        private IOException full(IOException failure) {
            return StorageFullException.ofLocal(failure, file.toString())
                    .<IOException>map(e -> e)
                    .orElse(failure);
        }
    }
}
