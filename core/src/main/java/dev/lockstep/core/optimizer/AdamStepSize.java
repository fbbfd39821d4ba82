package dev.lockstep.core.optimizer;

/** The learning rate with the corrections for moments that begin at zero, computed once a step. For one thread. */
final class AdamStepSize {
    private final double beta1;
    private final double beta2;
    private long knownStep = -1;
    private double knownRate;
    private float size;

    AdamStepSize(double beta1, double beta2) {
        this.beta1 = beta1;
        this.beta2 = beta2;
    }

    /** {@code learning_rate * sqrt(1 - beta_2^t) / (1 - beta_1^t)}. */
    float at(long step, double learningRate) {
        if (step != knownStep || learningRate != knownRate) {
            size = (float) (learningRate
                    * Math.sqrt(1 - Math.pow(beta2, (double) step))
                    / (1 - Math.pow(beta1, (double) step)));
            knownStep = step;
            knownRate = learningRate;
        }
        return size;
    }
}
