package dev.lockstep.core.model.dl4j;

import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.activations.BaseActivationFunction;
import org.nd4j.linalg.activations.impl.ActivationHardSigmoid;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Keras 3's hard sigmoid, x / 6 + 1/2 between 0 and 1: DL4J's, which is 0.2 x + 1/2 there, of 5/6 x. */
final class HardSigmoid extends BaseActivationFunction {
    private static final long serialVersionUID = 1L;
    private static final double FACTOR = 5.0 / 6;

    private static final ActivationHardSigmoid STEEPER = new ActivationHardSigmoid();

    @Override
    public INDArray getActivation(INDArray in, boolean training) {
        return STEEPER.getActivation(in.muli(FACTOR), training);
    }

    @Override
    public Pair<INDArray, INDArray> backprop(INDArray in, INDArray epsilon) {
        INDArray gradient = STEEPER.backprop(in.muli(FACTOR), epsilon).getFirst();
        return new Pair<>(gradient.muli(FACTOR), null);
    }

    @Override
    public String toString() {
        return "hard_sigmoid";
    }
}
