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
        value = "min_max",
        doc =
                "x' = (x - min) / (max - min) of the training part's column, as scikit-learn's MinMaxScaler: 0 to 1, and beyond"
                        + " where other samples are. A column whose values are all the same becomes 0.5, as Spark ML has it.")
public record MinMaxStep(
        @Setting(
                        value =
                                "Columns that are changed: names, or numbers from 0 where there is no header; all that hold"
                                        + " numbers, but for one-hot ones, when none are given.",
                        byDefault = "[]",
                        single = true)
                List<String> columns)
        implements PreprocessingStep {
    public MinMaxStep {
        columns = List.copyOf(columns);
    }
}
