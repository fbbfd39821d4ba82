package dev.lockstep.cluster.transport;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** One direction of a {@link FramedChannel}: its buffers, the transfer it is in, and the number of its next frame. */
final class FrameStream {
    final Transfer transfer = new Transfer();
    final ByteBuffer wire;
    final ByteBuffer content;
    private final Transfer.Memory contentMemory;
    long sequence;

    FrameStream(boolean sealed) {
        wire = allocate(FramedChannel.HEADER_BYTES + FramedChannel.FRAME_BYTES + FrameCipher.TAG_BYTES);
        // Unsealed frames are filled and read in place.
        content = sealed
                ? allocate(FramedChannel.FRAME_BYTES)
                : wire.slice(FramedChannel.HEADER_BYTES, FramedChannel.FRAME_BYTES)
                        .order(wire.order());
        contentMemory = Transfer.Memory.of(content.duplicate().order(content.order()));
    }

    private static ByteBuffer allocate(int bytes) {
        return ByteBuffer.allocateDirect(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** How many numbers the frame holds that is now to be written or read. */
    int nextFrameElements() {
        return Math.min(transfer.remaining(), FramedChannel.FRAME_BYTES / transfer.elementBytes());
    }

    /** Moves the next numbers of the transfer into the frame. */
    void fill(int elements) {
        transfer.fill(contentMemory, 0, elements);
    }

    /** Moves the numbers of the frame into the place they belong to. */
    void drain(int elements) {
        transfer.drain(contentMemory, 0, elements);
    }
}
