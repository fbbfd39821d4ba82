package dev.lockstep.core.model.dl4j;

import dev.lockstep.core.data.MiniBatch;
import dev.lockstep.core.model.DropoutMask;
import dev.lockstep.core.model.StepContext;
import org.deeplearning4j.nn.conf.dropout.IDropout;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.transforms.pairwise.arithmetic.MulOp;
import org.nd4j.linalg.factory.Nd4j;

/** Dropout whose mask is a function of the samples, where DL4J's own draws from a running stream. */
final class CounterDropout implements IDropout {
    private static final long serialVersionUID = 1L;

    private final transient ReplicaStep step;
    private final transient DropoutMask mask;
    private final int elements;
    private final float[] factors;
    private final transient RowArrays factorRows;
    private transient @Nullable INDArray current;

    CounterDropout(ReplicaStep step, DropoutMask mask, int elements, int maximumBatchSize) {
        this.step = step;
        this.mask = mask;
        this.elements = elements;
        this.factors = new float[Math.multiplyExact(maximumBatchSize, elements)];
        this.factorRows = new RowArrays(maximumBatchSize, elements);
    }

    @Override
    public INDArray applyDropout(
            INDArray input, INDArray result, int iteration, int epoch, LayerWorkspaceMgr workspaceManager) {
        MiniBatch batch = step.batch();
        StepContext context = step.context();
        long key = mask.epochKey(context.seed(), context.epoch());
        int[] samples = batch.sampleIndices();
        for (int row = 0; row < batch.size(); row++) {
            mask.fill(key, samples[row], factors, row * elements, elements);
        }
        INDArray rows = factorRows.fill(factors, batch.size());
        current = rows;
        Nd4j.getExecutioner().exec(new MulOp(input, rows, result));
        return result;
    }

    @Override
    public INDArray backprop(INDArray gradientAtOutput, INDArray gradientAtInput, int iteration, int epoch) {
        INDArray rows = current;
        if (rows == null) {
            throw new IllegalStateException("dropout ran backward without having run forward");
        }
        Nd4j.getExecutioner().exec(new MulOp(gradientAtOutput, rows, gradientAtInput));
        current = null;
        return gradientAtInput;
    }

    @Override
    public void clear() {
        current = null;
    }

    /** DL4J copies configurations before it uses them; the copy is the one in use, so it is the same object. */
    @Override
    public IDropout clone() {
        return this;
    }
}
