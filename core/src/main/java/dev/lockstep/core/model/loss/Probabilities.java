package dev.lockstep.core.model.loss;

/** Where probabilities are cut before a logarithm. */
final class Probabilities {
    /** Keras's backend epsilon. */
    static final double SMALLEST = 1e-7;

    private Probabilities() {}
}
