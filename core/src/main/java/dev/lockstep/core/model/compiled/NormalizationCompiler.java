package dev.lockstep.core.model.compiled;

import dev.lockstep.core.memory.ByteCount;
import dev.lockstep.core.memory.MemoryNeed;
import dev.lockstep.core.model.NetworkPlan.PlannedLayer;
import dev.lockstep.core.model.layer.BatchNormalizationLayer;
import org.jspecify.annotations.Nullable;

/** Batch normalisation, with moments of the global batch where the layer asks for that. */
final class NormalizationCompiler implements LayerCompiler<BatchNormalizationLayer> {
    @Override
    public @Nullable String objection(BatchNormalizationLayer spec, PlannedLayer layer) {
        return null;
    }

    @Override
    public MemoryNeed ownMemory(BatchNormalizationLayer spec, PlannedLayer layer, int rows) {
        int features = layer.output().dimensions().get(layer.output().rank() - 1);
        return MemoryNeed.heapFloats(ByteCount.sum(
                ByteCount.product(BatchMoments.COPIES, rows, layer.output().size()),
                ByteCount.product(BatchMoments.VECTORS, features)));
    }

    @Override
    public void compile(BatchNormalizationLayer spec, PlannedLayer layer, Compilation network) {
        int features = layer.output().dimensions().get(layer.output().rank() - 1);
        int samples = network.rows();
        int rows = samples * (layer.output().size() / features);
        BatchMoments moments = new BatchMoments(spec, network, samples, rows, features);
        if (!layer.trainable()) {
            compileFrozen(moments, network);
            return;
        }
        boolean meets = spec.synchronizedMoments();
        network.inTraining(moments::sumInputs);
        if (meets) {
            network.inTraining(new Meeting(moments.sums(), features + 1));
        }
        network.inTraining(moments::sumDistances);
        if (meets) {
            network.inTraining(new Meeting(moments.sums(), features));
        }
        network.forward(moments::normalize, moments::normalizeByRunningStatistics);
        network.backward(moments::sumGradientsOfRows);
        if (meets) {
            network.backward(new Meeting(moments.sums(), 2 * features));
        }
        network.backward(moments::differentiate);
    }

    /** As Keras does: a frozen layer normalises by its running statistics in training, too; it meets no other worker. */
    private static void compileFrozen(BatchMoments moments, Compilation network) {
        network.forward(moments::normalizeByRunningStatistics);
        if (network.inputGradient() != null) {
            network.backward(moments::differentiateByRunningStatistics);
        }
    }
}
