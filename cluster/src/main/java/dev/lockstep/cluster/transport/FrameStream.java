package dev.lockstep.cluster.transport;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import org.jspecify.annotations.Nullable;

/** One direction of a {@link PeerChannel}: its buffer, the transfer it is in, and where in it. */
final class FrameStream {
    final ByteBuffer wire;
    final ByteBuffer content;
    private final FloatBuffer floatView;
    private final DoubleBuffer doubleView;
    private float @Nullable [] floats;
    private double @Nullable [] doubles;
    private byte @Nullable [] bytes;
    int elementBytes = Float.BYTES;
    int position;
    int end;
    int transferLength;
    long sequence;

    FrameStream(boolean sealed) {
        wire = allocate(PeerChannel.HEADER_BYTES + PeerChannel.FRAME_BYTES + FrameCipher.TAG_BYTES);
        // Unsealed frames are filled and read in place.
        content = sealed
                ? allocate(PeerChannel.FRAME_BYTES)
                : wire.slice(PeerChannel.HEADER_BYTES, PeerChannel.FRAME_BYTES).order(wire.order());
        floatView = content.asFloatBuffer();
        doubleView = content.asDoubleBuffer();
    }

    private static ByteBuffer allocate(int bytes) {
        return ByteBuffer.allocateDirect(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Begins a transfer of floats. */
    void start(float[] values, int offset, int count) {
        floats = values;
        doubles = null;
        bytes = null;
        start(Float.BYTES, offset, count);
    }

    /** Begins a transfer of doubles. */
    void start(double[] values, int offset, int count) {
        floats = null;
        doubles = values;
        bytes = null;
        start(Double.BYTES, offset, count);
    }

    /** Begins a transfer of bytes. */
    void start(byte[] values, int offset, int count) {
        floats = null;
        doubles = null;
        bytes = values;
        start(Byte.BYTES, offset, count);
    }

    private void start(int newElementBytes, int offset, int count) {
        elementBytes = newElementBytes;
        position = offset;
        end = offset + count;
        transferLength = count;
    }

    /** How many numbers the frame holds that is now to be written or read. */
    int nextFrameElements() {
        return Math.min(end - position, PeerChannel.FRAME_BYTES / elementBytes);
    }

    /** Moves the next numbers of the transfer into the frame. */
    void fill(int elements) {
        if (floats != null) {
            floatView.clear().put(floats, position, elements);
        } else if (doubles != null) {
            doubleView.clear().put(doubles, position, elements);
        } else if (bytes != null) {
            content.clear().put(bytes, position, elements);
        }
        position += elements;
    }

    /** Moves the numbers of the frame into the place they belong to. */
    void drain(int elements) {
        if (floats != null) {
            floatView.clear().get(floats, position, elements);
        } else if (doubles != null) {
            doubleView.clear().get(doubles, position, elements);
        } else if (bytes != null) {
            content.clear().get(bytes, position, elements);
        }
        position += elements;
    }
}
