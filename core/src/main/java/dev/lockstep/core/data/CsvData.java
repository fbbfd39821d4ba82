package dev.lockstep.core.data;

import dev.lockstep.core.schema.Checks;
import dev.lockstep.core.schema.Named;
import dev.lockstep.core.schema.Setting;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * See {@link Named}.
 *
 * @param train file, directory or glob
 * @param test file, directory or glob, or null
 * @param label column of the label
 * @param ignore columns left out
 * @param header whether the first line names the columns
 * @param delimiter between columns
 * @param scale divisor of the features
 * @param validation part kept for validation
 */
@Named(
        value = "csv",
        doc = "CSV files read by Spark, numeric columns; the paths may be Hadoop URIs, directories or globs.")
public record CsvData(
        @Setting("Training file, directory or glob.") String train,
        @Setting(value = "Test file, directory or glob.", optional = true) @Nullable String test,
        @Setting("Column of the label: its name, or its number from 0 where there is no header.") String label,
        @Setting(value = "Columns left out: names, or numbers from 0.", byDefault = "[]") List<String> ignore,
        @Setting(value = "Whether the first line names the columns.", byDefault = "true") boolean header,
        @Setting(value = "Between columns.", byDefault = "','") String delimiter,
        @Setting(value = "Every feature value is divided by it.", byDefault = "1") double scale,
        @Setting(value = "The part kept for validation.", byDefault = "{split: 0}") ValidationSpec validation)
        implements DataSpec {
    public CsvData {
        ignore = List.copyOf(ignore);
        new Checks()
                .positive("scale", scale)
                .that("delimiter", delimiter.length() == 1, "one character", delimiter)
                .that("train", !train.isBlank(), "a path", "\"\"")
                .done();
    }
}
