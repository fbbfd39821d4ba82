package dev.lockstep.core.model.dl4j;

import dev.lockstep.core.model.Activation;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationELU;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.activations.impl.ActivationLReLU;
import org.nd4j.linalg.activations.impl.ActivationReLU;
import org.nd4j.linalg.activations.impl.ActivationSELU;
import org.nd4j.linalg.activations.impl.ActivationSigmoid;
import org.nd4j.linalg.activations.impl.ActivationSoftPlus;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;
import org.nd4j.linalg.activations.impl.ActivationSwish;
import org.nd4j.linalg.activations.impl.ActivationTanH;

/** The activations as DL4J has them, or in its terms where it has others under the name. */
final class ActivationTranslations {
    private static final double LEAKY_RELU_SLOPE = 0.2;

    private ActivationTranslations() {}

    /** DL4J's function for an activation. */
    static IActivation of(Activation activation) {
        return switch (activation) {
            case LINEAR -> new ActivationIdentity();
            case SIGMOID -> new ActivationSigmoid();
            case TANH -> new ActivationTanH();
            case RELU -> new ActivationReLU();
            case ELU -> new ActivationELU();
            case SELU -> new ActivationSELU();
            case SOFTPLUS -> new ActivationSoftPlus();
            case SWISH -> new ActivationSwish();
            case HARD_SIGMOID -> new HardSigmoid();
            case LEAKY_RELU -> new ActivationLReLU(LEAKY_RELU_SLOPE);
            case GELU -> new Gelu();
            case SOFTMAX -> new ActivationSoftmax();
            case STEP -> new Step();
        };
    }
}
