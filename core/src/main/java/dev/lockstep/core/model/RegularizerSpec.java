package dev.lockstep.core.model;

import dev.lockstep.core.schema.Checks;
import dev.lockstep.core.schema.Setting;

/**
 * A penalty on weights, added to the loss once a step: {@code l2 * sum of squares}, as Keras defines it.
 *
 * @param l2 lambda
 */
public record RegularizerSpec(
        @Setting(
                        value = "lambda of the penalty lambda * sum of squares; its gradient is 2 * lambda * w.",
                        byDefault = "0")
                double l2) {
    public RegularizerSpec {
        new Checks().notNegative("l2", l2).done();
    }
}
