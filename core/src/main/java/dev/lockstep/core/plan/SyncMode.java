package dev.lockstep.core.plan;

/** The modes that a plan compares. */
public enum SyncMode {
    /** Gradients in every step; exact. */
    GRADIENT_SHARING("gradient_sharing"),
    /** Parameters and optimizer state every k steps. */
    PARAMETER_AVERAGING("parameter_averaging");

    private final String key;

    SyncMode(String key) {
        this.key = key;
    }

    /** Its name in the job file. */
    public String key() {
        return key;
    }
}
