package dev.lockstep.core.model.dl4j;

import dev.lockstep.core.data.MiniBatch;
import dev.lockstep.core.model.loss.LossGradient;
import dev.lockstep.core.model.loss.LossSpec;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.ILossFunction;

/**
 * The loss as DL4J calls it. One pass over the outputs gives the loss (by {@link LossSpec#of}, in double precision),
 * its gradient and the copy of the outputs that training metrics are computed from; DL4J's own losses apply the
 * activation once for each of these, and divide by other counts than Keras does.
 */
final class OutputLoss implements ILossFunction {
    private static final long serialVersionUID = 1L;

    private final transient LossSpec loss;
    private final transient LossGradient rule;
    private final transient ReplicaStep step;
    private final float[] gradient;

    OutputLoss(LossSpec loss, ReplicaStep step) {
        this.loss = loss;
        this.rule = LossGradient.of(loss);
        this.step = step;
        this.gradient = new float[step.outputs().length];
    }

    @Override
    public INDArray computeGradient(INDArray labels, INDArray preOutput, IActivation activation, INDArray mask) {
        MiniBatch batch = step.batch();
        int rows = batch.size();
        int count = Math.toIntExact(preOutput.size(1));
        float[] outputs = step.outputs();
        INDArray activated = activation.getActivation(preOutput.dup('c'), true);
        FloatMemory.read(activated, outputs, rows * count);
        step.lossSum(rule.differentiate(loss, batch, outputs, gradient, count));
        INDArray delta = Nd4j.createUninitialized(DataType.FLOAT, new long[] {rows, count}, 'c');
        FloatMemory.write(delta, gradient, rows * count);
        return rule.pastActivation()
                ? delta
                : activation.backprop(preOutput, delta).getFirst();
    }

    /** The sum over the batch, known since the gradient was computed. */
    @Override
    public double computeScore(
            INDArray labels, INDArray preOutput, IActivation activation, INDArray mask, boolean average) {
        return average ? step.lossSum() / step.batch().size() : step.lossSum();
    }

    @Override
    public INDArray computeScoreArray(INDArray labels, INDArray preOutput, IActivation activation, INDArray mask) {
        throw new UnsupportedOperationException("losses of single samples come from LossSpec.of");
    }

    @Override
    public Pair<Double, INDArray> computeGradientAndScore(
            INDArray labels, INDArray preOutput, IActivation activation, INDArray mask, boolean average) {
        INDArray computed = computeGradient(labels, preOutput, activation, mask);
        return new Pair<>(computeScore(labels, preOutput, activation, mask, average), computed);
    }

    @Override
    public String name() {
        return loss.getClass().getSimpleName();
    }
}
