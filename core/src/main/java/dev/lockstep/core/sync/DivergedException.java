package dev.lockstep.core.sync;

import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import dev.lockstep.core.model.ParameterBlock;
import org.jspecify.annotations.Nullable;

/** The loss or an update became NaN or infinite; raised on every rank before anything was applied. */
public final class DivergedException extends LockstepException {
    private static final long serialVersionUID = 1L;

    private final transient @Nullable ParameterBlock block;

    public DivergedException(String message) {
        this(message, null);
    }

    /** @param block where the first value was found that is not finite; null where only the loss is not */
    public DivergedException(String message, @Nullable ParameterBlock block) {
        super(ExitCode.DIVERGED, message);
        this.block = block;
    }

    /** The parameter array of the first value that is not finite; null where only the loss is not. */
    public @Nullable ParameterBlock block() {
        return block;
    }
}
