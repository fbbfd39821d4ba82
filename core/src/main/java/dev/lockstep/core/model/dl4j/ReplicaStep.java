package dev.lockstep.core.model.dl4j;

import dev.lockstep.core.data.MiniBatch;
import dev.lockstep.core.model.StepContext;
import org.jspecify.annotations.Nullable;

/**
 * What the parts of one replica that DL4J calls back (loss, dropout) need to know of the step being computed. DL4J
 * copies its configuration objects, so they share this one by reference.
 */
final class ReplicaStep {
    private @Nullable MiniBatch batch;
    private @Nullable StepContext context;
    private final float[] outputs;
    private double lossSum;

    ReplicaStep(int outputCapacity) {
        this.outputs = new float[outputCapacity];
    }

    void begin(MiniBatch newBatch, StepContext newContext) {
        batch = newBatch;
        context = newContext;
        lossSum = 0;
    }

    void end() {
        batch = null;
        context = null;
    }

    MiniBatch batch() {
        MiniBatch current = batch;
        if (current == null) {
            throw new IllegalStateException("DL4J asked for the batch outside a step");
        }
        return current;
    }

    StepContext context() {
        StepContext current = context;
        if (current == null) {
            throw new IllegalStateException("DL4J asked for the step outside a step");
        }
        return current;
    }

    /** The network's outputs, [batch size, outputs], row by row. */
    float[] outputs() {
        return outputs;
    }

    double lossSum() {
        return lossSum;
    }

    void lossSum(double sum) {
        lossSum = sum;
    }
}
