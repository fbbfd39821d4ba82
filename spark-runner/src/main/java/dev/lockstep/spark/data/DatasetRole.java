package dev.lockstep.spark.data;

import java.util.Locale;

/** What a set of samples is for. */
public enum DatasetRole {
    /** Training and validation are split from it. */
    TRAIN,
    /** Only evaluated, at the end. */
    TEST;

    /** The directory of its packed parts. */
    public String directory() {
        return name().toLowerCase(Locale.ROOT);
    }
}
