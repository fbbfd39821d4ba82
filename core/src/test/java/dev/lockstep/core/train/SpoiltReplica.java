package dev.lockstep.core.train;

import dev.lockstep.core.data.MiniBatch;
import dev.lockstep.core.model.ModelReplica;
import dev.lockstep.core.model.NetworkPlan;
import dev.lockstep.core.model.StepContext;
import java.util.Arrays;

/** A replica that gives wrong numbers whenever one sample is in its batch, as a fault in the data would. */
final class SpoiltReplica implements ModelReplica {
    private final ModelReplica actual;
    private final int sample;
    private final int place;
    private final float value;

    /**
     * Spoils a gradient, or a loss.
     *
     * @param sample stable index
     * @param place in the gradient that gets the value; -1 for the outputs of that sample, and so its loss
     */
    SpoiltReplica(ModelReplica actual, int sample, int place, float value) {
        this.actual = actual;
        this.sample = sample;
        this.place = place;
        this.value = value;
    }

    @Override
    public double computeGradient(MiniBatch batch, StepContext context) {
        double loss = actual.computeGradient(batch, context);
        for (int row = 0; row < batch.size(); row++) {
            if (batch.sampleIndices()[row] == sample && place >= 0) {
                actual.gradient()[place] = value;
            } else if (batch.sampleIndices()[row] == sample) {
                int count = plan().outputShape().size();
                Arrays.fill(actual.outputs(), row * count, (row + 1) * count, value);
                return value;
            }
        }
        return loss;
    }

    @Override
    public NetworkPlan plan() {
        return actual.plan();
    }

    @Override
    public float[] parameters() {
        return actual.parameters();
    }

    @Override
    public float[] gradient() {
        return actual.gradient();
    }

    @Override
    public void predict(MiniBatch batch) {
        actual.predict(batch);
    }

    @Override
    public float[] outputs() {
        return actual.outputs();
    }

    @Override
    public String description() {
        return actual.description();
    }

    @Override
    public String arithmetic() {
        return actual.arithmetic();
    }

    @Override
    public void close() {
        actual.close();
    }
}
