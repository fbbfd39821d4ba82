package dev.lockstep.cluster.transport;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Numbers as frames over the socket. A frame is a header of 32 bytes, little endian, and up to {@value #FRAME_BYTES} bytes of numbers: mark (with the
 * size of one number), bytes of content, generation, frame number, numbers in the whole transfer, CRC-32C over header
 * and content. Encrypted frames end in a tag instead and have no checksum. The receiver knows what has to come next, so
 * nothing is allocated by what a frame says.
 */
final class FramedChannel implements PeerChannel {
    /** Content of one frame: large enough that system calls cost little, small enough to stay in the cache. */
    static final int FRAME_BYTES = 128 << 10;

    static final int HEADER_BYTES = 32;
    private static final int CHECKSUM_AT = 28;
    private static final int MARK = 0x4C530000;

    private final SocketChannel channel;
    private final int peerRank;
    private final String address;
    private final long generation;
    private final @Nullable FrameCipher cipher;
    private final int tagBytes;
    private final CRC32C checksum = new CRC32C();
    private final FrameStream sending;
    private final FrameStream receiving;
    private boolean sendingFrame;
    private boolean receivingFrame;
    private long bytesSent;

    FramedChannel(PeerConnection connection) {
        channel = connection.channel();
        peerRank = connection.peerRank();
        address = connection.address();
        generation = connection.generation();
        cipher = connection.cipher();
        tagBytes = cipher == null ? 0 : FrameCipher.TAG_BYTES;
        sending = new FrameStream(cipher != null);
        receiving = new FrameStream(cipher != null);
    }

    @Override
    public int peerRank() {
        return peerRank;
    }

    @Override
    public String address() {
        return address;
    }

    @Override
    public SocketChannel socket() {
        return channel;
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
        return sendingFrame || sending.transfer.remaining() > 0;
    }

    @Override
    public boolean isReceiving() {
        return receiving.transfer.remaining() > 0;
    }

    @Override
    public boolean progress() throws IOException {
        boolean moved = isSending() && write();
        return (isReceiving() && read()) || moved;
    }

    @Override
    public int prepareToWait() {
        return (isSending() ? SelectionKey.OP_WRITE : 0) | (isReceiving() ? SelectionKey.OP_READ : 0);
    }

    private boolean write() throws IOException {
        boolean moved = false;
        while (isSending()) {
            if (!sendingFrame) {
                encodeFrame();
            }
            int written = channel.write(sending.wire);
            bytesSent += written;
            moved |= written > 0;
            sendingFrame = sending.wire.hasRemaining();
            if (sendingFrame) {
                break;
            }
        }
        return moved;
    }

    private void encodeFrame() {
        int elements = sending.nextFrameElements();
        int contentBytes = elements * sending.transfer.elementBytes();
        ByteBuffer wire = sending.wire.clear();
        wire.putInt(MARK + sending.transfer.elementBytes()).putInt(contentBytes).putLong(generation);
        wire.putLong(sending.sequence).putInt(sending.transfer.length()).putInt(0);
        sending.fill(elements);
        int frameBytes = HEADER_BYTES + contentBytes + tagBytes;
        if (cipher == null) {
            wire.putInt(CHECKSUM_AT, checksum(wire, contentBytes));
        } else {
            ByteBuffer sealed = wire.duplicate().limit(frameBytes);
            cipher.seal(
                    sending.sequence,
                    wire.duplicate().flip(),
                    sending.content.clear().limit(contentBytes),
                    sealed);
        }
        sending.sequence++;
        wire.clear().limit(frameBytes);
        sendingFrame = true;
    }

    private int checksum(ByteBuffer wire, int contentBytes) {
        checksum.reset();
        checksum.update(wire.clear().limit(CHECKSUM_AT));
        checksum.update(wire.limit(HEADER_BYTES + contentBytes).position(HEADER_BYTES));
        return (int) checksum.getValue();
    }

    private void expectFrame() {
        int contentBytes = receiving.nextFrameElements() * receiving.transfer.elementBytes();
        receiving.wire.clear().limit(HEADER_BYTES + contentBytes + tagBytes);
        receivingFrame = true;
    }

    private boolean read() throws IOException {
        boolean moved = false;
        while (isReceiving()) {
            if (!receivingFrame) {
                expectFrame();
            }
            int headerMissing = HEADER_BYTES - receiving.wire.position();
            int count = channel.read(receiving.wire);
            if (count < 0) {
                throw new EOFException("it closed the channel");
            }
            if (count == 0) {
                break;
            }
            moved = true;
            if (headerMissing > 0 && receiving.wire.position() >= HEADER_BYTES) {
                checkHeader();
            }
            if (receiving.wire.hasRemaining()) {
                break;
            }
            decodeFrame();
        }
        return moved;
    }

    private void checkHeader() throws IOException {
        ByteBuffer wire = receiving.wire;
        int contentBytes = receiving.nextFrameElements() * receiving.transfer.elementBytes();
        boolean expected = wire.getInt(0) == MARK + receiving.transfer.elementBytes()
                && wire.getInt(4) == contentBytes
                && wire.getLong(8) == generation
                && wire.getLong(16) == receiving.sequence
                && wire.getInt(24) == receiving.transfer.length();
        if (!expected) {
            throw new IOException(String.format(
                    "it sent something else than was expected (expected/found: number size %d/%d, bytes %d/%d,"
                            + " generation %d/%d, frame %d/%d, numbers %d/%d); the workers' calls differ",
                    receiving.transfer.elementBytes(),
                    wire.getInt(0) - MARK,
                    contentBytes,
                    wire.getInt(4),
                    generation,
                    wire.getLong(8),
                    receiving.sequence,
                    wire.getLong(16),
                    receiving.transfer.length(),
                    wire.getInt(24)));
        }
    }

    private void decodeFrame() throws IOException {
        int elements = receiving.nextFrameElements();
        int contentBytes = elements * receiving.transfer.elementBytes();
        ByteBuffer wire = receiving.wire;
        if (cipher == null) {
            if (wire.getInt(CHECKSUM_AT) != checksum(wire, contentBytes)) {
                throw new IOException("a frame was damaged on its way: its checksum does not fit");
            }
        } else {
            cipher.open(
                    receiving.sequence,
                    wire.duplicate().clear().limit(HEADER_BYTES),
                    wire.duplicate().position(HEADER_BYTES).limit(HEADER_BYTES + contentBytes + tagBytes),
                    receiving.content.clear());
        }
        receiving.sequence++;
        receiving.drain(elements);
        receivingFrame = false;
    }

    @Override
    public void close() {
        PeerConnection.closeQuietly(channel);
    }
}
