package dev.lockstep.core.model.loss;

/** Keras's backend epsilon: the least value before a logarithm and the least divisor in its losses. */
final class KerasEpsilon {
    static final double VALUE = 1e-7;

    private KerasEpsilon() {}
}
