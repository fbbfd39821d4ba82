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
    /** e^x_i / sum of e^x_j over the units. */
    @Meaning("e^x_i / sum of e^x_j over the units")
    SOFTMAX
}
