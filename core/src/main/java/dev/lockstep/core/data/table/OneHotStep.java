package dev.lockstep.core.data.table;

import dev.lockstep.core.schema.Checks;
import dev.lockstep.core.schema.Named;
import dev.lockstep.core.schema.Setting;
import java.util.List;

/**
 * See {@link Named}.
 *
 * @param columns that are encoded
 * @param unknown what becomes of a category that the training part does not have
 */
@Named(
        value = "one_hot",
        doc =
                "A column of categories becomes as many columns as it has categories in the training part, in alphabetical"
                        + " order: 1 for the row's own, 0 for the others. Any value is a category, a number too.")
public record OneHotStep(
        @Setting(value = "Columns that are encoded: names, or numbers from 0 where there is no header.", single = true)
                List<String> columns,
        @Setting(
                        value = "What a category that the training part does not have is: `error`, or `ignore` for 0 in"
                                + " all columns.",
                        byDefault = "error")
                UnknownCategories unknown)
        implements PreprocessingStep {
    public OneHotStep {
        columns = List.copyOf(columns);
        new Checks()
                .that("columns", !columns.isEmpty(), "at least one column", "none")
                .done();
    }

    /** What becomes of a category that the training part does not have. */
    public enum UnknownCategories {
        /** It is refused, with file and line. */
        ERROR,
        /** It has 0 in all columns. */
        IGNORE
    }

    @Override
    public boolean rescales() {
        return false;
    }
}
