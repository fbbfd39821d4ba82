package dev.lockstep.core.model.dl4j;

import dev.lockstep.core.data.MiniBatch;
import dev.lockstep.core.model.loss.BinaryCrossentropyLoss;
import dev.lockstep.core.model.loss.CategoricalCrossentropyLoss;
import dev.lockstep.core.model.loss.LossSpec;
import dev.lockstep.core.model.loss.MeanSquaredErrorLoss;
import dev.lockstep.core.model.loss.SparseCategoricalCrossentropyLoss;
import java.util.Map;
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

    /** The gradient of one sample's loss, written over {@code outputs.length / rows} values. */
    private interface Derivative {
        void write(float[] labels, int labelOffset, float[] outputs, float[] gradient, int offset, int outputCount);
    }

    /**
     * How a loss is differentiated.
     *
     * @param pastActivation whether the derivative is already the one with respect to the pre-activation, which for
     *     softmax and sigmoid with their crossentropies is exact where the product of the two factors is 0 / 0
     * @param derivative its formula
     */
    private record Rule(boolean pastActivation, Derivative derivative) {}

    /** A new loss is one entry here. */
    private static final Map<Class<? extends LossSpec>, Rule> RULES = Map.of(
            MeanSquaredErrorLoss.class, new Rule(false, OutputLoss::meanSquaredError),
            BinaryCrossentropyLoss.class, new Rule(true, OutputLoss::binaryCrossentropy),
            CategoricalCrossentropyLoss.class, new Rule(true, OutputLoss::categoricalCrossentropy),
            SparseCategoricalCrossentropyLoss.class, new Rule(true, OutputLoss::sparseCategoricalCrossentropy));

    private final transient LossSpec loss;
    private final transient Rule rule;
    private final transient ReplicaStep step;
    private final float[] gradient;

    OutputLoss(LossSpec loss, ReplicaStep step) {
        Rule found = RULES.get(loss.getClass());
        if (found == null) {
            throw new IllegalArgumentException(unsupported(loss));
        }
        this.loss = loss;
        this.rule = found;
        this.step = step;
        this.gradient = new float[step.outputs().length];
    }

    static boolean supports(LossSpec loss) {
        return RULES.containsKey(loss.getClass());
    }

    static String unsupported(LossSpec loss) {
        return "the loss " + loss.getClass().getSimpleName() + " has no entry in the DL4J replica";
    }

    @Override
    public INDArray computeGradient(INDArray labels, INDArray preOutput, IActivation activation, INDArray mask) {
        MiniBatch batch = step.batch();
        int rows = batch.size();
        int count = Math.toIntExact(preOutput.size(1));
        float[] outputs = step.outputs();
        INDArray activated = activation.getActivation(preOutput.dup('c'), true);
        FloatMemory.read(activated, outputs, rows * count);
        double sum = 0;
        for (int row = 0; row < rows; row++) {
            int labelOffset = row * batch.labelWidth();
            sum += loss.of(batch.labels(), labelOffset, outputs, row * count, count);
            rule.derivative().write(batch.labels(), labelOffset, outputs, gradient, row * count, count);
        }
        step.lossSum(sum);
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

    private static void meanSquaredError(
            float[] labels, int labelOffset, float[] outputs, float[] gradient, int offset, int outputCount) {
        float scale = 2f / outputCount;
        for (int i = 0; i < outputCount; i++) {
            gradient[offset + i] = scale * (outputs[offset + i] - labels[labelOffset + i]);
        }
    }

    private static void binaryCrossentropy(
            float[] labels, int labelOffset, float[] outputs, float[] gradient, int offset, int outputCount) {
        float scale = 1f / outputCount;
        for (int i = 0; i < outputCount; i++) {
            gradient[offset + i] = scale * (outputs[offset + i] - labels[labelOffset + i]);
        }
    }

    /** d/dz of - sum y ln softmax(z) is softmax(z) sum(y) - y; labels need not add up to 1. */
    private static void categoricalCrossentropy(
            float[] labels, int labelOffset, float[] outputs, float[] gradient, int offset, int outputCount) {
        float total = 0;
        for (int i = 0; i < outputCount; i++) {
            total += labels[labelOffset + i];
        }
        for (int i = 0; i < outputCount; i++) {
            gradient[offset + i] = outputs[offset + i] * total - labels[labelOffset + i];
        }
    }

    private static void sparseCategoricalCrossentropy(
            float[] labels, int labelOffset, float[] outputs, float[] gradient, int offset, int outputCount) {
        System.arraycopy(outputs, offset, gradient, offset, outputCount);
        gradient[offset + (int) labels[labelOffset]] -= 1;
    }
}
