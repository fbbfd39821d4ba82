package dev.lockstep.core.sync;

import dev.lockstep.core.model.NetworkPlan;
import dev.lockstep.core.model.ParameterBlock;
import java.util.Locale;

/** Stops a run whose numbers are no longer finite, before they reach the parameters. */
final class DivergenceGuard {
    private final NetworkPlan plan;

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
    static boolean allFinite(float[] values, int length) {
        return Float.isFinite(sum(values, length)) || eachFinite(values, length);
    }

    /** Eight sums, because one would wait for the adder at every element. */
    private static float sum(float[] values, int length) {
        float a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0;
        int i = 0;
        for (; i + 7 < length; i += 8) {
            a += values[i];
            b += values[i + 1];
            c += values[i + 2];
            d += values[i + 3];
            e += values[i + 4];
            f += values[i + 5];
            g += values[i + 6];
            h += values[i + 7];
        }
        for (; i < length; i++) {
            a += values[i];
        }
        return a + b + c + d + e + f + g + h;
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
