package dev.lockstep.core.data;

import dev.lockstep.core.schema.Checks;
import dev.lockstep.core.schema.Setting;

/**
 * Which training samples are kept for validation.
 *
 * @param split their share
 * @param method how they are chosen
 */
public record ValidationSpec(
        @Setting(value = "Share of the training samples kept for validation; 0 for none.", byDefault = "0")
                double split,
        @Setting(
                        value = "How they are chosen: `random` by the job's seed, `sequential` takes the last ones as"
                                + " Keras does, `stratified` draws the share of every class.",
                        byDefault = "random")
                Method method) {
    /** How validation samples are chosen. */
    public enum Method {
        /** The last ones, as Keras's validation_split. */
        SEQUENTIAL,
        /** Drawn by the job's seed. */
        RANDOM,
        /** Drawn by the job's seed, the same share of every class. */
        STRATIFIED
    }

    public ValidationSpec {
        new Checks().fraction("split", split).done();
    }
}
