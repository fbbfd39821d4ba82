package dev.lockstep.core.model.loss;

import java.util.function.DoublePredicate;
import java.util.function.IntToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * Which labels a loss has a sensible value for.
 *
 * @param needs what it needs, as the beginning of a sentence, such as "msle needs labels above -1"
 * @param isMet whether a label is one of them
 * @param remedy what to do about others
 */
public record LabelRule(String needs, DoublePredicate isMet, String remedy) {
    /** Why labels do not fit, as a sentence with their number, the first of them and the remedy; null when all fit. */
    public @Nullable String objection(int samples, IntToDoubleFunction labelOf) {
        int broken = 0;
        int first = -1;
        for (int sample = 0; sample < samples; sample++) {
            if (!isMet.test(labelOf.applyAsDouble(sample))) {
                first = broken == 0 ? sample : first;
                broken++;
            }
        }
        return broken == 0
                ? null
                : needs + ", found " + labelOf.applyAsDouble(first) + " at sample " + first
                        + (broken == 1 ? "" : " and " + (broken - 1) + " more such labels") + "; " + remedy;
    }
}
