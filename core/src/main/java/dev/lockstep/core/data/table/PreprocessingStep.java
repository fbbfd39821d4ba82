package dev.lockstep.core.data.table;

import dev.lockstep.core.schema.OneOf;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One step between the cells of a table and the numbers that a network takes. Its figures come from the training part
 * alone, whatever is kept for validation; they are saved with the model and used again for other samples.
 */
@OneOf({FillMissingStep.class, OneHotStep.class, ScaleStep.class, StandardiseStep.class, MinMaxStep.class})
public interface PreprocessingStep {
    /** The columns that it changes; empty for all that it applies to. */
    List<String> columns();

    /** Whether it takes numbers to other numbers, none of which may be missing. */
    default boolean rescales() {
        return true;
    }

    /** Whether it has figures that depend on the training part. */
    default boolean isFitted() {
        return true;
    }

    /** What is wrong with the order of steps, as expected and found; null when nothing is. */
    static @Nullable String objection(List<PreprocessingStep> steps) {
        boolean rescaled = false;
        for (PreprocessingStep step : steps) {
            if (step instanceof FillMissingStep && rescaled) {
                return "fill_missing after a step that needs every number to be there";
            }
            rescaled |= step.rescales();
        }
        return null;
    }
}
