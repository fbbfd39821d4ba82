package dev.lockstep.core.model.compiled;

import dev.lockstep.core.data.MiniBatch;
import dev.lockstep.core.model.StepContext;
import org.jspecify.annotations.Nullable;

/** What the few kernels that depend on the step itself (dropout, batch normalisation) ask for while it runs. */
final class StepInputs {
    private @Nullable MiniBatch batch;
    private @Nullable StepContext context;

    void begin(MiniBatch newBatch, StepContext newContext) {
        batch = newBatch;
        context = newContext;
    }

    MiniBatch batch() {
        return require(batch);
    }

    StepContext context() {
        return require(context);
    }

    private static <T> T require(@Nullable T value) {
        if (value == null) {
            throw new IllegalStateException("a kernel asked for the step before the first one began");
        }
        return value;
    }
}
