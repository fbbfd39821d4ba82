package dev.lockstep.cluster.transport;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * One direction of a {@link SharedMemory}: a ring of bytes with one writer and one reader, each in a process of its
 * own. Positions only grow; what lies between the reader's and the writer's belongs to the reader, the rest to the
 * writer. Everything is moved in multiples of {@value #ALIGNMENT} bytes, so no number is ever cut at the ring's end.
 *
 * <p>An instance is one side's view and belongs to one thread.
 */
final class SharedRing {
    /** Bytes of the control block; its fields lie in cache lines of their own. */
    static final int CONTROL_BYTES = 512;

    static final int ALIGNMENT = 8;
    private static final int WRITTEN_AT = 0;
    private static final int READ_AT = 128;
    private static final int WRITER_WAITS_AT = 256;
    private static final int READER_WAITS_AT = 384;

    private static final VarHandle LONGS = MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder());

    private final ByteBuffer control;
    private final Transfer.Memory memory;
    private final int capacity;
    private long written;
    private long read;

    /**
     * @param control {@value #CONTROL_BYTES} bytes, zero at first
     * @param content the ring; a power of two
     */
    SharedRing(ByteBuffer control, ByteBuffer content) {
        this.control = control;
        this.capacity = content.capacity();
        this.memory = Transfer.Memory.of(content.order(ByteOrder.nativeOrder()));
    }

    /** The ring's memory; places are given by {@link #writePlace} and {@link #readPlace}. */
    Transfer.Memory memory() {
        return memory;
    }

    /** Bytes that may be written at {@link #writePlace}, at most up to the ring's end. */
    int writable() {
        int free = capacity - (int) (written - read);
        if (free == 0) {
            read = (long) LONGS.getAcquire(control, READ_AT);
            free = capacity - (int) (written - read);
        }
        return Math.min(free, capacity - writePlace());
    }

    int writePlace() {
        return (int) (written & (capacity - 1));
    }

    /**
     * Hands so many bytes to the reader.
     *
     * @return whether the reader sleeps and has to be woken
     */
    boolean publish(int bytes) {
        written += bytes;
        LONGS.setVolatile(control, WRITTEN_AT, written);
        return isWoken(READER_WAITS_AT);
    }

    /** Bytes that may be read at {@link #readPlace}, at most up to the ring's end. */
    int readable() {
        int ready = (int) (written - read);
        if (ready == 0) {
            written = (long) LONGS.getAcquire(control, WRITTEN_AT);
            ready = (int) (written - read);
        }
        return Math.min(ready, capacity - readPlace());
    }

    int readPlace() {
        return (int) (read & (capacity - 1));
    }

    /**
     * Gives so many bytes back to the writer.
     *
     * @return whether the writer sleeps and has to be woken
     */
    boolean release(int bytes) {
        read += bytes;
        LONGS.setVolatile(control, READ_AT, read);
        return isWoken(WRITER_WAITS_AT);
    }

    /**
     * The writer is about to sleep. Said before looking once more, as the reader looks after it has moved: one of the
     * two sees the other.
     *
     * @return whether it must not, because there is room
     */
    boolean writerWaits() {
        LONGS.setVolatile(control, WRITER_WAITS_AT, 1L);
        return writable() > 0;
    }

    /**
     * The reader is about to sleep.
     *
     * @return whether it must not, because there is something
     */
    boolean readerWaits() {
        LONGS.setVolatile(control, READER_WAITS_AT, 1L);
        return readable() > 0;
    }

    private boolean isWoken(int waitsAt) {
        return (long) LONGS.getVolatile(control, waitsAt) != 0 && LONGS.compareAndSet(control, waitsAt, 1L, 0L);
    }
}
