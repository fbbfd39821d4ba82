package dev.lockstep.core.sync;

import dev.lockstep.core.model.NetworkPlan;
import dev.lockstep.core.model.ParameterBlock;
import java.util.Arrays;
import java.util.Locale;

/** Stops a run whose numbers are no longer finite, before they reach the parameters. */
final class DivergenceGuard {
    /** As many sums are taken side by side; they and their values stay in the first-level cache. */
    private static final int LANES = 1024;

    private final NetworkPlan plan;
    private final float[] sums = new float[LANES];
    private final float[] portion = new float[LANES];

    DivergenceGuard(NetworkPlan plan) {
        this.plan = plan;
    }

    /**
     * Checks the merged loss and a merged vector; all ranks see the same values, so all throw or none.
     *
     * @param what the vector is, for the message
     */
    void check(TrainingState state, double lossSum, float[] vector, String what) {
        if (Double.isFinite(lossSum) && allFinite(vector, plan.parameterCount())) {
            return;
        }
        throw new DivergedException(String.format(
                Locale.ROOT,
                "diverged at step %d (epoch %d, step %d of the epoch): loss is %s, %s; nothing was applied in this step."
                        + " Lower training.optimizer's learning_rate, scale the features (data.scale) or look for"
                        + " wrong values in the data",
                state.step() + 1,
                state.epoch() + 1,
                state.stepInEpoch() + 1,
                Double.isFinite(lossSum) ? "finite" : String.valueOf(lossSum),
                describe(vector, what)));
    }

    private String describe(float[] vector, String what) {
        for (int i = 0; i < plan.parameterCount(); i++) {
            if (!Float.isFinite(vector[i])) {
                ParameterBlock block = plan.blockAt(i);
                return "the " + what + " of "
                        + (block == null
                                ? "value " + i
                                : "layer \"" + block.layer() + "\" "
                                        + block.spec().name())
                        + " is " + vector[i];
            }
        }
        return "the " + what + " is finite";
    }

    /** A sum is finite only where every value is; the rare sum that overflows is looked at value by value. */
    boolean allFinite(float[] values, int length) {
        Arrays.fill(sums, 0);
        for (int from = 0; from < length; from += LANES) {
            int count = Math.min(LANES, length - from);
            System.arraycopy(values, from, portion, 0, count);
            addToSums(count);
        }
        float sum = 0;
        for (float lane : sums) {
            sum += lane;
        }
        return Float.isFinite(sum) || eachFinite(values, length);
    }

    /** Of its own, with both arrays touched at one index: that is what the compiler vectorises. */
    private void addToSums(int count) {
        float[] to = sums;
        float[] from = portion;
        for (int i = 0; i < count; i++) {
            to[i] += from[i];
        }
    }

    private static boolean eachFinite(float[] values, int length) {
        for (int i = 0; i < length; i++) {
            if (!Float.isFinite(values[i])) {
                return false;
            }
        }
        return true;
    }
}
