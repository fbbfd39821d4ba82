package dev.lockstep.core.train;

import dev.lockstep.core.data.MiniBatch;
import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import dev.lockstep.core.model.NetworkPlan;
import dev.lockstep.core.model.loss.ClassWeights;
import dev.lockstep.core.model.loss.LossSpec.LabelKind;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Weighs the samples of training batches by their classes, as Keras's {@code fit(class_weight=...)} does. */
final class ClassWeighting {
    private final float[] weights;
    private final boolean labelsAreClasses;

    private ClassWeighting(float[] weights, boolean labelsAreClasses) {
        this.weights = weights;
        this.labelsAreClasses = labelsAreClasses;
    }

    /**
     * The weighting of a run, the same on every worker: its counts are those of the whole training part.
     *
     * @param classWeights of the job; null for none, which gives null
     * @throws LockstepException when the weights do not fit the network
     */
    static @Nullable ClassWeighting of(@Nullable ClassWeights classWeights, NetworkPlan plan, TrainingData data) {
        if (classWeights == null) {
            return null;
        }
        int outputs = plan.outputShape().size();
        String objection = classWeights.objection(plan.loss(), plan.lastActivation(), outputs);
        if (objection != null) {
            throw new LockstepException(ExitCode.USAGE, "training.class_weights: " + objection);
        }
        boolean labelsAreClasses = outputs > 1 || plan.loss().labelKind() == LabelKind.CLASS_INDEX;
        List<Long> counts = new ArrayList<>(Collections.nCopies(Math.max(2, outputs), 0L));
        for (int index : data.trainIndices()) {
            int number = classOf(data.samples().label(index), labelsAreClasses);
            counts.set(number, counts.get(number) + 1);
        }
        return new ClassWeighting(classWeights.perClass(counts), labelsAreClasses);
    }

    /** One output is told 0 or 1, or -1 or 1. */
    private static int classOf(float label, boolean labelsAreClasses) {
        if (labelsAreClasses) {
            return (int) label;
        }
        return label > 0.5f ? 1 : 0;
    }

    /** Gives every sample the weight of its class: of a vector, of its largest element. */
    void weigh(MiniBatch batch) {
        float[] target = batch.useWeights();
        int width = batch.labelWidth();
        for (int row = 0; row < batch.size(); row++) {
            target[row] = weights[
                    width > 1
                            ? largest(batch.labels(), row * width, width)
                            : classOf(batch.labels()[row], labelsAreClasses)];
        }
    }

    private static int largest(float[] values, int offset, int count) {
        int best = 0;
        for (int i = 1; i < count; i++) {
            best = values[offset + i] > values[offset + best] ? i : best;
        }
        return best;
    }
}
