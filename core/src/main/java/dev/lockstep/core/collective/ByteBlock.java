package dev.lockstep.core.collective;

/** Bytes on their way from one rank to another: an array that grows and never shrinks, and how much of it counts. */
public final class ByteBlock {
    private byte[] bytes = new byte[0];
    private int length;

    /** So many empty blocks. */
    public static ByteBlock[] array(int count) {
        ByteBlock[] blocks = new ByteBlock[count];
        for (int i = 0; i < count; i++) {
            blocks[i] = new ByteBlock();
        }
        return blocks;
    }

    /** The array, live; what lies beyond {@link #length()} means nothing. Valid until the next {@link #reserve}. */
    public byte[] bytes() {
        return bytes;
    }

    /** How many bytes count. */
    public int length() {
        return length;
    }

    /** Makes room for so many bytes, all of which count; what was there is lost. */
    public byte[] reserve(int newLength) {
        if (bytes.length < newLength) {
            bytes = new byte[newLength];
        }
        length = newLength;
        return bytes;
    }

    /** Lets fewer bytes count than were reserved. */
    public void truncate(int newLength) {
        if (newLength < 0 || newLength > length) {
            throw new IllegalArgumentException("length " + newLength + " is not within 0.." + length);
        }
        length = newLength;
    }

    /** Takes the bytes of another block. */
    public void copyFrom(ByteBlock other) {
        System.arraycopy(other.bytes, 0, reserve(other.length), 0, other.length);
    }
}
