package dev.lockstep.core.codec;

import dev.lockstep.core.collective.ProcessGroup;

/** No codec: float32, summed over the fixed tree. */
public final class ExactMerge implements GradientMerge {
    private static final float[] NOTHING = new float[0];

    @Override
    public void sum(float[] values, int length, float[] shared, ProcessGroup group) {
        group.allReduceSum(values, length);
    }

    @Override
    public void applied(float[] shared) {
        // Nothing is kept between steps.
    }

    @Override
    public float[] residual() {
        return NOTHING;
    }

    @Override
    public void forget() {
        // Nothing is kept between steps.
    }
}
