package dev.lockstep.core.model.dl4j;

import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.activations.BaseActivationFunction;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.transforms.strict.Erf;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * x times the normal distribution function of x, by the error function. DL4J's own are approximations of it: x
 * sigmoid(1.702 x), and one by the hyperbolic tangent that it calls precise.
 */
final class Gelu extends BaseActivationFunction {
    private static final long serialVersionUID = 1L;
    private static final double ROOT_OF_HALF = Math.sqrt(0.5);
    private static final double LARGEST_DENSITY = 1 / Math.sqrt(2 * Math.PI);

    @Override
    public INDArray getActivation(INDArray in, boolean training) {
        return in.muli(distribution(in));
    }

    /** The slope is the distribution function plus x times its density. */
    @Override
    public Pair<INDArray, INDArray> backprop(INDArray in, INDArray epsilon) {
        assertShape(in, epsilon);
        INDArray density = Transforms.exp(in.mul(in).muli(-0.5), false).muli(LARGEST_DENSITY);
        INDArray slope = density.muli(in).addi(distribution(in));
        return new Pair<>(slope.muli(epsilon), null);
    }

    private static INDArray distribution(INDArray in) {
        INDArray values = in.mul(ROOT_OF_HALF);
        Nd4j.getExecutioner().exec(new Erf(values, values));
        return values.addi(1).muli(0.5);
    }

    @Override
    public String toString() {
        return "gelu";
    }
}
