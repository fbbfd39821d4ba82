package dev.lockstep.core.model;

import dev.lockstep.core.schema.Meaning;

/** Activation functions under their Keras names; formulas in docs/job-file.md. */
public enum Activation {
    /** x. */
    @Meaning("x")
    LINEAR,
    /** 1 / (1 + e^-x). */
    @Meaning("1 / (1 + e^-x)")
    SIGMOID,
    /** Hyperbolic tangent. */
    @Meaning("(e^x - e^-x) / (e^x + e^-x)")
    TANH,
    /** max(0, x). */
    @Meaning("max(0, x)")
    RELU,
    /** x where x >= 0, else e^x - 1. */
    @Meaning("x where x >= 0, else e^x - 1")
    ELU,
    /** Scaled ELU (Klambauer et al. 2017). */
    @Meaning("1.0507010 x where x >= 0, else 1.0507010 * 1.6732632 (e^x - 1) (Klambauer et al. 2017)")
    SELU,
    /** ln(1 + e^x). */
    @Meaning("ln(1 + e^x)")
    SOFTPLUS,
    /** x sigmoid(x). */
    @Meaning("x / (1 + e^-x)")
    SWISH,
    /** Keras 3's; Keras 2 and DL4J have 0.2 x instead of x / 6 under this name. */
    @Meaning("x / 6 + 1/2, but not below 0 nor above 1 (Keras 3's; Keras 2 has 0.2 x + 1/2)")
    HARD_SIGMOID,
    /** With the slope that Keras 3 gives the activation of this name; its layer has 0.3, DL4J has 0.01. */
    @Meaning("x where x >= 0, else 0.2 x (Maas et al. 2013; 0.2 is Keras 3's slope for the name)")
    LEAKY_RELU,
    /** By the error function itself, Keras's approximate = false; DL4J has approximations alone. */
    @Meaning("x (1 + erf(x / sqrt(2))) / 2 (Hendrycks and Gimpel 2016; not its approximation)")
    GELU,
    /** e^x_i / sum of e^x_j over the units. */
    @Meaning("e^x_i / sum of e^x_j over the units")
    SOFTMAX,
    /** The perceptron's. It has no gradient, so it is in the way of every loss that has to go through it. */
    @Meaning("1 where x >= 0, else 0 (Rosenblatt 1958); it has no gradient, so a loss that needs one is refused; a last"
            + " layer of it is trained by the loss perceptron")
    STEP;

    /** Whether gradients can go through it. */
    public boolean isDifferentiable() {
        return this != STEP;
    }
}
