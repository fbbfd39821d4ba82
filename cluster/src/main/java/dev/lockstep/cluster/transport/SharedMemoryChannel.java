package dev.lockstep.cluster.transport;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;

/**
 * Numbers through memory that both workers have mapped. What is read is what was written, so there are no checksums;
 * and as it never leaves the host and is open to nobody but the workers' own user, it is not encrypted.
 *
 * <p>The socket stays open for two things. Who is about to sleep says so in the memory, and the other side, when it has
 * moved something, writes one byte to the socket to wake it. And a peer that is gone is recognised by its closed socket.
 *
 * <p>A transfer begins with a head of {@value #HEAD_BYTES} bytes: mark (with the size of one number) and how
 * many numbers there are. It fills up to a multiple of {@value SharedRing#ALIGNMENT} bytes.
 */
final class SharedMemoryChannel implements PeerChannel {
    private static final int HEAD_BYTES = 8;
    private static final int MARK = 0x4C530000;

    /** Bytes after which the other side is told: it copies out while this one still copies in. */
    private static final int PORTION_BYTES = 64 << 10;

    /** One direction: its ring and its transfer. */
    private static final class Direction {
        final SharedRing ring;
        final Transfer transfer = new Transfer();

        /** The head has moved, not yet all numbers. */
        boolean begun;

        Direction(SharedRing ring) {
            this.ring = ring;
        }

        boolean isActive() {
            return begun || transfer.remaining() > 0;
        }

        /** How many numbers move at once, of so many bytes. */
        int portion(int bytes) {
            return Math.min(transfer.remaining(), Math.min(bytes, PORTION_BYTES) / transfer.elementBytes());
        }

        /** Bytes that the numbers take in the ring: the last ones fill up. */
        int padded(int elements) {
            return (elements * transfer.elementBytes() + SharedRing.ALIGNMENT - 1) & -SharedRing.ALIGNMENT;
        }
    }

    private final PeerConnection connection;
    private final Direction sending;
    private final Direction receiving;
    private final ByteBuffer bell = ByteBuffer.allocateDirect(64);
    private boolean waited;
    private boolean closedByPeer;
    private long bytesSent;

    SharedMemoryChannel(PeerConnection connection, SharedMemory memory) {
        this.connection = connection;
        sending = new Direction(memory.outgoing());
        receiving = new Direction(memory.incoming());
    }

    @Override
    public int peerRank() {
        return connection.peerRank();
    }

    @Override
    public String address() {
        return connection.address();
    }

    @Override
    public SocketChannel socket() {
        return connection.channel();
    }

    @Override
    public long bytesSent() {
        return bytesSent;
    }

    @Override
    public Transfer sending() {
        return sending.transfer;
    }

    @Override
    public Transfer receiving() {
        return receiving.transfer;
    }

    @Override
    public boolean isSending() {
        return sending.isActive();
    }

    @Override
    public boolean isReceiving() {
        return receiving.isActive();
    }

    @Override
    public boolean progress() throws IOException {
        if (waited) {
            hearBell();
        }
        boolean moved = write();
        moved |= read();
        if (!moved && closedByPeer) {
            throw new EOFException("it closed the channel");
        }
        return moved;
    }

    private boolean write() throws IOException {
        SharedRing ring = sending.ring;
        boolean moved = false;
        while (sending.isActive()) {
            int room = ring.writable();
            if (room == 0) {
                break;
            }
            int bytes = sending.begun ? writePortion(room) : writeHead();
            bytesSent += bytes;
            moved = true;
            if (ring.publish(bytes)) {
                ringBell();
            }
        }
        return moved;
    }

    private int writeHead() {
        SharedRing ring = sending.ring;
        ByteBuffer bytes = ring.memory().bytes();
        bytes.putInt(ring.writePlace(), MARK + sending.transfer.elementBytes());
        bytes.putInt(ring.writePlace() + Integer.BYTES, sending.transfer.length());
        sending.begun = true;
        return HEAD_BYTES;
    }

    private int writePortion(int room) {
        int elements = sending.portion(room);
        sending.transfer.fill(sending.ring.memory(), sending.ring.writePlace(), elements);
        sending.begun = sending.transfer.remaining() > 0;
        return sending.padded(elements);
    }

    private boolean read() throws IOException {
        SharedRing ring = receiving.ring;
        boolean moved = false;
        while (receiving.isActive()) {
            int ready = ring.readable();
            if (ready == 0) {
                break;
            }
            moved = true;
            if (ring.release(receiving.begun ? readPortion(ready) : readHead())) {
                ringBell();
            }
        }
        return moved;
    }

    private int readHead() throws IOException {
        SharedRing ring = receiving.ring;
        ByteBuffer bytes = ring.memory().bytes();
        int elementBytes = bytes.getInt(ring.readPlace()) - MARK;
        int length = bytes.getInt(ring.readPlace() + Integer.BYTES);
        Transfer expected = receiving.transfer;
        if (elementBytes != expected.elementBytes() || length != expected.length()) {
            throw new IOException(String.format(
                    "it sent something else than was expected (expected/found: number size %d/%d, numbers %d/%d); the"
                            + " workers' calls differ",
                    expected.elementBytes(), elementBytes, expected.length(), length));
        }
        receiving.begun = true;
        return HEAD_BYTES;
    }

    private int readPortion(int ready) {
        int elements = receiving.portion(ready);
        receiving.transfer.drain(receiving.ring.memory(), receiving.ring.readPlace(), elements);
        receiving.begun = receiving.transfer.remaining() > 0;
        return receiving.padded(elements);
    }

    /** Takes in what woke this side: bytes that say nothing but that, or the end. */
    private void hearBell() throws IOException {
        waited = false;
        while (!closedByPeer) {
            int count = connection.channel().read(bell.clear());
            closedByPeer = count < 0;
            if (count <= 0) {
                return;
            }
        }
    }

    /** Where the socket's buffer is full, the sleeper has enough to wake up by. */
    private void ringBell() throws IOException {
        connection.channel().write(bell.clear().limit(1));
    }

    @Override
    public int prepareToWait() {
        waited = true;
        boolean room = sending.isActive() && sending.ring.writerWaits();
        boolean content = receiving.isActive() && receiving.ring.readerWaits();
        return room || content ? 0 : SelectionKey.OP_READ;
    }

    @Override
    public void close() {
        connection.close();
    }
}
