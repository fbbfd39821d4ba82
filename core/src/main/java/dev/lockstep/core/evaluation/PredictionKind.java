package dev.lockstep.core.evaluation;

import dev.lockstep.core.model.Activation;
import dev.lockstep.core.model.loss.LossSpec;

/**
 * What the predictions of a network are, to those who judge them. As in Keras: where outputs are scores of classes
 * ({@link LossSpec#outputKind}) the largest is the prediction; where one output tells two classes apart it is whether
 * that is above {@link LossSpec#threshold}, 0.5 for a probability; with several such outputs each says yes or no by
 * itself; all else is regression.
 */
public enum PredictionKind {
    /** One of several classes, each with an output. */
    CLASSES,
    /** One of two classes, told by one output. */
    ONE_SCORE,
    /** Yes or no for each output. */
    SEVERAL_SCORES,
    /** Values that are to come close to the labels. */
    QUANTITIES;

    /** The kind of a network's predictions. */
    public static PredictionKind of(LossSpec loss, Activation lastActivation, int outputs) {
        return switch (loss.outputKind(lastActivation)) {
            case CLASS_SCORES -> CLASSES;
            case BINARY_SCORES -> outputs == 1 ? ONE_SCORE : SEVERAL_SCORES;
            case QUANTITIES -> QUANTITIES;
        };
    }
}
