package dev.lockstep.core.model;

import dev.lockstep.core.schema.Checks;
import dev.lockstep.core.schema.Setting;

/**
 * A penalty on weights, added to the loss once a step: {@code l1 * sum of magnitudes + l2 * sum of squares}, as Keras's
 * L1, L2 and L1L2 define it.
 *
 * @param l2 lambda of the squares
 * @param l1 lambda of the magnitudes
 */
public record RegularizerSpec(
        @Setting(
                        value = "lambda of the penalty lambda * sum of squares; its gradient is 2 * lambda * w.",
                        byDefault = "0")
                double l2,
        @Setting(
                        value =
                                "lambda of the penalty lambda * sum of magnitudes, which may stand beside l2 (Keras's L1L2);"
                                        + " its gradient is lambda * sign(w), and 0 where w is 0.",
                        byDefault = "0")
                double l1) {
    /** No penalty. */
    public static final RegularizerSpec NONE = new RegularizerSpec(0, 0);

    public RegularizerSpec {
        new Checks().notNegative("l2", l2).notNegative("l1", l1).done();
    }

    /** Whether it is none. */
    public boolean isNone() {
        return l1 == 0 && l2 == 0;
    }
}
