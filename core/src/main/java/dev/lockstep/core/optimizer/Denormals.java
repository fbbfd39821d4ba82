package dev.lockstep.core.optimizer;

/** Keeps optimizer state out of the denormal range, where one multiplication takes as long as many. */
final class Denormals {
    /**
     * Added to a state value and subtracted again: what is below its rounding becomes exactly 0, without a branch. Dead
     * units get gradients of exactly 0, and their state would otherwise decay into denormals and stay there. What is
     * left is a multiple of 6e-32 (the rounding of this number), so that it is no denormal after the multiplication
     * with a learning rate either, and far below anything that moves a parameter.
     */
    static final float FLUSH = 1e-24f;

    private Denormals() {}
}
