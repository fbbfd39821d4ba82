package dev.lockstep.core.fuzz;

import dev.lockstep.core.error.LockstepException;
import java.util.List;

/**
 * A reader of bytes that may come from anybody. Implementations are found by {@link java.util.ServiceLoader}, have a
 * constructor without parameters, and read on the calling thread.
 */
public interface FuzzTarget {
    /** On the command line and in the names of folders. */
    String name();

    /** Inputs that it reads without objection, made by our own writers: mutations begin with them. */
    List<byte[]> seeds() throws Exception;

    /**
     * Reads an input. A {@link LockstepException} with exit code 2, 3 or 4 is a refusal; whatever else it throws is a
     * finding, unless {@link #isRefusal} knows it.
     */
    void read(byte[] input) throws Exception;

    /** Whether it is an exception that the reader documents and its callers turn into a message. */
    default boolean isRefusal(Throwable thrown) {
        return false;
    }

    /** How many bytes may be allocated while an input of so many bytes is read, garbage included. */
    default long mostAllocatedBytes(int inputBytes) {
        return (32L << 20) + 256L * inputBytes;
    }

    /** Words of the format that a mutation may put in. */
    default List<String> words() {
        return List.of();
    }
}
