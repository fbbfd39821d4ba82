package dev.lockstep.core.collective;

import org.jspecify.annotations.Nullable;

/** A peer is gone, cut off or too slow: the step is abandoned and the members meet again in the next generation. */
public final class PeerLostException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public PeerLostException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
