package dev.lockstep.spark.pipeline;

import dev.lockstep.core.schema.Meaning;

/** What a day's training begins with. */
public enum StartFrom {
    /** Drawn parameters, or what the job names. */
    @Meaning("as the job file says: drawn parameters, or its own `model.initial_weights`")
    FRESH,
    /** The published model. */
    @Meaning("the parameters of the current model, as by `model.initial_weights`; fresh while there is none")
    CURRENT
}
