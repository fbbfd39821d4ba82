package dev.lockstep.core.model;

/** Activation functions under their Keras names; formulas in docs/job-file.md. */
public enum Activation {
    /** x. */
    LINEAR,
    /** 1 / (1 + e^-x). */
    SIGMOID,
    /** Hyperbolic tangent. */
    TANH,
    /** max(0, x). */
    RELU,
    /** x where x >= 0, else e^x - 1. */
    ELU,
    /** Scaled ELU (Klambauer et al. 2017). */
    SELU,
    /** ln(1 + e^x). */
    SOFTPLUS,
    /** x sigmoid(x). */
    SWISH,
    /** e^x_i / sum of e^x_j over the units. */
    SOFTMAX
}
