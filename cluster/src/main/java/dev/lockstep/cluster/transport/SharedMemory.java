package dev.lockstep.cluster.transport;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Set;

/**
 * Memory that two workers on one host have both mapped: a ring in each direction. It is a file of the memory file
 * system that only their user may open, whose name and first bytes both derive from their handshake, and that has no
 * name any more as soon as both have mapped it: nothing is left behind by a worker that is killed.
 */
final class SharedMemory {
    private static final Path DIRECTORY = Path.of("/dev/shm");
    private static final int TOKEN_BYTES = 32;
    private static final int HEAD_BYTES = 4096;

    /** Bytes of one ring: a worker may run so far ahead of its peer; the two stay in a second-level cache. */
    static final int RING_BYTES = 512 << 10;

    /** What two workers have mapped together. */
    static final int FILE_BYTES = HEAD_BYTES + 2 * RING_BYTES;

    private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private final ByteBuffer mapped;
    private final boolean creator;

    private SharedMemory(ByteBuffer mapped, boolean creator) {
        this.mapped = mapped;
        this.creator = creator;
    }

    /** Whether this machine has a memory file system that can be written. */
    static boolean isAvailable() {
        return Files.isDirectory(DIRECTORY) && Files.isWritable(DIRECTORY);
    }

    /** Where the two that share this secret meet. */
    static Path place(byte[] secret) {
        return DIRECTORY.resolve("lockstep-" + HexFormat.of().formatHex(secret, 0, 16));
    }

    /**
     * Makes and maps the file. All of it is written, so that a full memory file system is an error here and not a fault
     * on a later access.
     *
     * @param token of {@value #TOKEN_BYTES} bytes: what the other side looks for
     * @throws IOException when there is no room or no right to
     */
    static SharedMemory create(Path file, byte[] token) throws IOException {
        try (FileChannel channel = FileChannel.open(
                file,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE),
                OWNER_ONLY)) {
            ByteBuffer content =
                    ByteBuffer.allocate(FILE_BYTES).put(token, 0, TOKEN_BYTES).clear();
            while (content.hasRemaining()) {
                channel.write(content);
            }
            return new SharedMemory(channel.map(MapMode.READ_WRITE, 0, FILE_BYTES), true);
        } catch (FileAlreadyExistsException someoneElses) {
            throw someoneElses;
        } catch (IOException | RuntimeException failure) {
            remove(file);
            throw failure;
        }
    }

    /**
     * Maps what the other side has made.
     *
     * @throws IOException when it is not there, which means that the other side is on another host, or is not its
     */
    static SharedMemory open(Path file, byte[] token) throws IOException {
        try (FileChannel channel =
                FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)) {
            if (channel.size() != FILE_BYTES) {
                throw new IOException("the shared memory has " + channel.size() + " bytes, expected " + FILE_BYTES);
            }
            ByteBuffer mapped = channel.map(MapMode.READ_WRITE, 0, FILE_BYTES);
            byte[] found = new byte[TOKEN_BYTES];
            mapped.get(0, found);
            if (!MessageDigest.isEqual(found, token)) {
                throw new IOException("the shared memory is not that of the other side");
            }
            return new SharedMemory(mapped, false);
        }
    }

    /** Takes the file's name away; who has mapped it keeps the memory. */
    static void remove(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException ignored) {
            // Of the same user on the same host: there is nobody left who could do it better.
        }
    }

    /** What this side writes and the other reads. */
    SharedRing outgoing() {
        return ring(creator ? 0 : 1);
    }

    /** What the other side writes and this one reads. */
    SharedRing incoming() {
        return ring(creator ? 1 : 0);
    }

    private SharedRing ring(int index) {
        int control = HEAD_BYTES / 2 + index * SharedRing.CONTROL_BYTES;
        return new SharedRing(
                mapped.slice(control, SharedRing.CONTROL_BYTES).order(ByteOrder.nativeOrder()),
                mapped.slice(HEAD_BYTES + index * RING_BYTES, RING_BYTES));
    }
}
