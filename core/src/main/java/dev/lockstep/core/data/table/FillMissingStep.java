package dev.lockstep.core.data.table;

import dev.lockstep.core.schema.Named;
import dev.lockstep.core.schema.Setting;
import java.util.List;

/**
 * See {@link Named}.
 *
 * @param strategy which figure
 * @param columns that are filled
 */
@Named(
        value = "fill_missing",
        doc =
                "A missing cell (empty, `data.null_value`, null or NaN) becomes a figure of the training part's column. Before any"
                        + " step that needs every number.")
public record FillMissingStep(
        @Setting(
                        value =
                                "`mean`, `median` (the lower of the two in the middle), `most_frequent` (the smallest of"
                                        + " several), or `zero`.",
                        byDefault = "mean")
                Strategy strategy,
        @Setting(
                        value = "Columns that are filled: names, or numbers from 0 where there is no header; all of"
                                + " numbers when none are given, with most_frequent those of categories too.",
                        byDefault = "[]",
                        single = true)
                List<String> columns)
        implements PreprocessingStep {
    public FillMissingStep {
        columns = List.copyOf(columns);
    }

    /** Which figure of a column stands for what is missing. */
    public enum Strategy {
        /** The mean. */
        MEAN,
        /** The value in the middle, the lower one of two. */
        MEDIAN,
        /** The value that occurs most often, the smallest of several; of categories the first in the alphabet. */
        MOST_FREQUENT,
        /** 0. */
        ZERO
    }

    @Override
    public boolean rescales() {
        return false;
    }

    @Override
    public boolean isFitted() {
        return strategy != Strategy.ZERO;
    }
}
