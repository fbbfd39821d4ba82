package dev.lockstep.core.augmentation;

/** What a share of the images has to be. */
final class Probability {
    static final String EXPECTED = "a number from 0 to 1";

    private Probability() {}

    static boolean isOne(double value) {
        return value >= 0 && value <= 1;
    }
}
