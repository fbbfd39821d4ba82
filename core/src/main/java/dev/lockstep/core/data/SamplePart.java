package dev.lockstep.core.data;

/** What a sample of the training set is used for. */
public enum SamplePart {
    /** Trained on. */
    TRAIN,
    /** Evaluated after every epoch. */
    VALIDATION,
    /** Evaluated at the end. */
    TEST;

    private static final SamplePart[] PARTS = values();

    /** How it stands in packed files. */
    byte code() {
        return (byte) ordinal();
    }

    static SamplePart ofCode(int code) {
        if (code < 0 || code >= PARTS.length) {
            throw new IllegalArgumentException("no part of the samples has code " + code);
        }
        return PARTS[code];
    }
}
