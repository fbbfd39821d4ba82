package dev.lockstep.core.sync;

import dev.lockstep.core.sync.ParameterUpdate.Range;
import java.util.List;

/**
 * The outer optimizer of DiLoCo (Douillard et al. 2023, "DiLoCo: Distributed low-communication training of language
 * models"): SGD with Nesterov momentum whose gradient is the average distance d that the workers went since the last
 * average, taken negative: v = momentum * v + d, w = w + learning_rate * (momentum * v + d), with w the last average.
 */
record OuterMomentum(float momentum, float learningRate, List<Range> trainable) {
    /**
     * Replaces the distance of every trained parameter by the step to take. Statistics go where their average goes.
     *
     * @param distances averaged over the workers
     * @param velocity of every parameter, brought up to date; not touched without momentum
     */
    void apply(float[] distances, float[] velocity) {
        if (momentum == 0) {
            scale(distances);
            return;
        }
        for (Range range : trainable) {
            for (int i = range.from(); i < range.to(); i++) {
                float v = momentum * velocity[i] + distances[i];
                velocity[i] = v;
                distances[i] = learningRate * (momentum * v + distances[i]);
            }
        }
    }

    /** A product with 1 leaves every bit as it is. */
    private void scale(float[] distances) {
        for (Range range : trainable) {
            for (int i = range.from(); i < range.to(); i++) {
                distances[i] *= learningRate;
            }
        }
    }
}
