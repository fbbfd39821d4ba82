package dev.lockstep.core.model.compiled;

import dev.lockstep.core.data.MiniBatch;
import dev.lockstep.core.model.SharedComputation;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The training step that a replica is in the middle of; one object for all of them. */
final class CompiledStep implements SharedComputation {
    /** What comes between the two passes. */
    interface LossStage {
        /** Takes the outputs' loss, and writes where the backward pass begins. */
        double differentiate(MiniBatch batch, CompiledNetwork network);
    }

    private static final double[] NOTHING = {};

    private final LossStage loss;
    private final float[] gradient;
    private @Nullable MiniBatch batch;
    private @Nullable CompiledNetwork network;
    private boolean isForward;
    private int next;
    private double[] sums = NOTHING;
    private int count;
    private double lossSum;

    /** @param gradient of the replica, which a batch without samples leaves at 0 */
    CompiledStep(LossStage loss, float[] gradient) {
        this.loss = loss;
        this.gradient = gradient;
    }

    void begin(MiniBatch newBatch, CompiledNetwork newNetwork) {
        batch = newBatch;
        network = newNetwork;
        isForward = true;
        next = 0;
    }

    @Override
    public boolean advance() {
        MiniBatch rows = batch;
        CompiledNetwork kernels = network;
        if (rows == null || kernels == null) {
            throw new IllegalStateException("no step has begun");
        }
        if (isForward) {
            int at = kernels.forward(next);
            if (at >= 0) {
                return stopAt(at, kernels.forwardMeeting(at));
            }
            lossSum = loss.differentiate(rows, kernels);
            isForward = false;
            next = 0;
        }
        int at = kernels.backward(next);
        if (at >= 0) {
            return stopAt(at, kernels.backwardMeeting(at));
        }
        if (rows.size() == 0) {
            Arrays.fill(gradient, 0);
        }
        return false;
    }

    private boolean stopAt(int at, Meeting meeting) {
        next = at + 1;
        sums = meeting.sums();
        count = meeting.count();
        return true;
    }

    @Override
    public double[] sums() {
        return sums;
    }

    @Override
    public int count() {
        return count;
    }

    @Override
    public double lossSum() {
        return lossSum;
    }
}
