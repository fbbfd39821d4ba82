package dev.lockstep.core.evaluation;

/** What an evaluation is for: how much is counted beside what every step needs. */
public enum EvaluationScope {
    /** The running figures of a training epoch: loss, right predictions, absolute error. */
    STEP,
    /** After an epoch: the metrics that the job asks for. */
    VALIDATION,
    /** At the end: the same and those that come for nothing, each with what guessing gives. */
    TEST
}
