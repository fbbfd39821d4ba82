package dev.lockstep.core.model.loss;

import dev.lockstep.core.model.Activation;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What the crossentropies have in common: they compare probabilities, which the network's last activation makes, or
 * which the loss makes of logits itself; and no constant prediction does better than the entropy of the labels.
 */
public interface CrossentropyLoss extends LossSpec {
    /** Whether the network gives logits: the last layer is linear, and the activation is part of the loss. */
    boolean fromLogits();

    /** The activation that makes probabilities of logits. */
    Activation probabilities();

    /**
     * Why the last activation does not fit, as a sentence; null when it does.
     *
     * @param name of the loss in the job file
     * @param found what there is instead, such as "relu"
     */
    default @Nullable String activationObjection(Activation lastActivation, String name, String found) {
        if (fromLogits()) {
            return lastActivation == Activation.LINEAR
                    ? null
                    : name + " with from_logits: true needs a linear last layer, found " + found
                            + "; take the activation away, or from_logits";
        }
        if (lastActivation == probabilities()) {
            return null;
        }
        return name + " needs a " + probabilities().name().toLowerCase(Locale.ROOT) + " in the last layer, found "
                + found + (lastActivation == Activation.LINEAR ? "; or set from_logits: true" : "");
    }
}
