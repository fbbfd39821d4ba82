package dev.lockstep.core.data;

import dev.lockstep.core.data.table.PreprocessingStep;
import dev.lockstep.core.schema.Named;
import dev.lockstep.core.schema.Setting;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * See {@link Named}.
 *
 * @param train file, directory or glob
 * @param test file, directory or glob, or null
 * @param label columns of the label
 * @param ignore columns left out
 * @param header whether the first line names the columns
 * @param delimiter between columns
 * @param scale divisor of the features
 * @param validation part kept for validation
 * @param testSplit part kept for the test
 * @param weights column of the samples' weights, or null
 * @param nullValue what stands for a missing cell
 * @param labelOffset what class numbers begin with
 * @param classNames names of the classes, or empty
 * @param preprocessing from cells to features
 */
@Named(value = "csv", doc = "CSV files read by Spark; the paths may be Hadoop URIs, directories or globs.")
public record CsvData(
        @Setting("Training file, directory or glob.") String train,
        @Setting(value = "Test file, directory or glob.", optional = true) @Nullable String test,
        @Setting(
                        value =
                                "Column of the label: its name, or its number from 0 where there is no header. Words are"
                                        + " classes in alphabetical order. Several columns are a class where each row is one-hot,"
                                        + " else several targets.",
                        single = true)
                List<String> label,
        @Setting(value = "Columns left out: names, or numbers from 0.", byDefault = "[]") List<String> ignore,
        @Setting(value = "Whether the first line names the columns.", byDefault = "true") boolean header,
        @Setting(value = "Between columns.", byDefault = "','") String delimiter,
        @Setting(value = "Every feature value is divided by it.", byDefault = "1") double scale,
        @Setting(value = "The part kept for validation.", byDefault = "{split: 0}") ValidationSpec validation,
        @Setting(
                        value = "The part of the training samples kept for the test, before validation; not together"
                                + " with `test`.",
                        byDefault = "{split: 0}")
                ValidationSpec testSplit,
        @Setting(
                        value = "Column of the samples' weights, finite numbers not below 0, as Keras's"
                                + " fit(sample_weight=...): what the loss and the gradient of a sample are multiplied"
                                + " by, beside class_weights. The training loss is the sum of the weighted losses / the"
                                + " number of samples; metrics, validation and test are not weighted. The column is no"
                                + " feature; a test file has it too.",
                        optional = true)
                @Nullable
                String weights,
        @Setting(
                        value =
                                "How a missing cell is written, such as `n/a` or `?`, beside an empty one. Missing cells"
                                        + " are an error unless preprocessing fills them.",
                        byDefault = "''")
                String nullValue,
        @Setting(value = "What is subtracted from class numbers: 1 where they begin with 1.", byDefault = "0")
                int labelOffset,
        @Setting(
                        value = "Names of the classes 0, 1, 2 ...; by default, where labels are words, these in"
                                + " alphabetical order.",
                        byDefault = "[]")
                List<String> classNames,
        @Setting(
                        value =
                                "Steps from cells to features, in this order, their figures from the training part alone.",
                        byDefault = "[]")
                List<PreprocessingStep> preprocessing)
        implements TabularData {
    public CsvData {
        label = List.copyOf(label);
        ignore = List.copyOf(ignore);
        classNames = List.copyOf(classNames);
        preprocessing = List.copyOf(preprocessing);
        TabularData.checks(train, test, label, ignore, scale, testSplit, weights, classNames, preprocessing)
                .that("delimiter", delimiter.length() == 1, "one character", delimiter)
                .done();
    }

    @Override
    public String reading() {
        return TabularData.super.reading() + ", delimiter \"" + delimiter + "\", header " + header;
    }
}
