package dev.lockstep.core.data.table;

import dev.lockstep.core.schema.Named;
import dev.lockstep.core.schema.Setting;
import java.util.List;

/**
 * See {@link Named}.
 *
 * @param columns that are changed
 */
@Named(
        value = "standardise",
        doc =
                "x' = (x - mean) / deviation of the training part's column, the deviation with n in the denominator as Keras's"
                        + " Normalization and scikit-learn's StandardScaler have it. A column whose values are all the same becomes"
                        + " 0.")
public record StandardiseStep(
        @Setting(
                        value =
                                "Columns that are changed: names, or numbers from 0 where there is no header; all that hold"
                                        + " numbers, but for one-hot ones, when none are given.",
                        byDefault = "[]",
                        single = true)
                List<String> columns)
        implements PreprocessingStep {
    public StandardiseStep {
        columns = List.copyOf(columns);
    }
}
