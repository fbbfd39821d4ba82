package dev.lockstep.core.data;

import dev.lockstep.core.data.table.PreprocessingStep;
import dev.lockstep.core.schema.Checks;
import java.util.HashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Samples that are rows with named columns, whatever file they are in. */
public interface TabularData extends DataSpec {
    /** Training file, directory or glob. */
    String train();

    /** Test file, directory or glob, or null. */
    @Nullable
    String test();

    /** The columns of the label. */
    List<String> label();

    /** The columns left out. */
    List<String> ignore();

    /** What numbers of classes begin with. */
    int labelOffset();

    @Override
    default boolean hasColumns() {
        return true;
    }

    /** How a missing cell of text is written, beside an empty one. */
    String nullValue();

    /** Names of the classes 0, 1, 2 ..., or empty where the job does not name them. */
    List<String> classNames();

    /** What is done to the features, in this order. */
    List<PreprocessingStep> preprocessing();

    /** Everything but the files that says what becomes of their rows: another text means other samples. */
    default String reading() {
        return "label " + label() + " from " + labelOffset() + ", classes " + classNames() + ", ignored " + ignore()
                + ", weights " + weights() + ", missing \"" + nullValue() + "\", " + preprocessing();
    }

    /** Checks what all tables have in common; the caller adds its own and ends them. */
    static Checks checks(
            String train,
            @Nullable String test,
            List<String> label,
            List<String> ignore,
            double scale,
            ValidationSpec testSplit,
            @Nullable String weights,
            List<String> classNames,
            List<PreprocessingStep> preprocessing) {
        String objection = PreprocessingStep.objection(preprocessing);
        return new Checks()
                .positive("scale", scale)
                .that("train", !train.isBlank(), "a path", "\"\"")
                .that("label", !label.isEmpty(), "at least one column", "none")
                .that("label", new HashSet<>(label).size() == label.size(), "every column once", label)
                .that("class_names", areNames(classNames), "at least two different names", classNames)
                .that("preprocessing", objection == null, "fill_missing first", String.valueOf(objection))
                .that(
                        "scale",
                        scale == 1 || preprocessing.isEmpty(),
                        "1 beside preprocessing, which has a step scale of its own",
                        scale)
                .that("test_split", testSplit.isNone() || test == null, "test or test_split, not both", "both")
                .that(
                        "weights",
                        weights == null || !label.contains(weights),
                        "another column than the label",
                        String.valueOf(weights))
                .that(
                        "weights",
                        weights == null || !ignore.contains(weights),
                        "a column that is not ignored",
                        String.valueOf(weights));
    }

    /** Whether they can name classes; none need not. */
    static boolean areNames(List<String> names) {
        return names.isEmpty() || (names.size() > 1 && new HashSet<>(names).size() == names.size());
    }
}
