package dev.lockstep.core.data;

import dev.lockstep.core.schema.Checks;
import dev.lockstep.core.schema.Setting;
import org.jspecify.annotations.Nullable;

/**
 * Which training samples are kept apart, for validation or for the test. {@code split}, {@code folds} or {@code where}
 * says how many or which; at most one of them.
 *
 * @param split their share
 * @param method how they are chosen
 * @param folds into how many parts the samples are cut; null for a split
 * @param fold which part is kept apart, from 1
 * @param where condition on the columns of a row; null for none
 */
public record ValidationSpec(
        @Setting(value = "Share of the training samples kept apart; 0 for none.", byDefault = "0") double split,
        @Setting(
                        value = "How they are chosen: `random` by the job's seed, `sequential` takes the last ones as"
                                + " Keras does, `stratified` draws the share of every class. Not with `where`.",
                        byDefault = "random")
                Method method,
        @Setting(
                        value = "Cuts the samples into so many parts whose sizes differ by at most 1 and keeps part"
                                + " `fold` apart: each sample is in exactly one of them, so that as many runs with fold"
                                + " 1, 2, 3 ... and otherwise the same job are a k-fold cross-validation. `sequential`"
                                + " parts are contiguous; the parts of every class differ by at most 1 too if"
                                + " `stratified`. Not with `split`.",
                        optional = true)
                @Nullable
                Integer folds,
        @Setting(value = "Which of the `folds` is kept apart, from 1.", byDefault = "1") int fold,
        @Setting(
                        value = "Keeps the rows apart for which this is true: a Spark SQL expression over the columns"
                                + " of the file, ignored ones too, such as `year >= 2020`. A CSV column whose cells are"
                                + " all numbers, or empty, is a number in it, any other one text; empty cells are null."
                                + " Not with `split` or `folds`, and only for formats with columns.",
                        optional = true)
                @Nullable
                String where) {
    /** Keeps nothing apart. */
    public static final ValidationSpec NONE = new ValidationSpec(0, Method.RANDOM);

    /** How samples that are kept apart are chosen. */
    public enum Method {
        /** The last ones, as Keras's validation_split; contiguous folds. */
        SEQUENTIAL,
        /** Drawn by the job's seed. */
        RANDOM,
        /** Drawn by the job's seed, the same share of every class. */
        STRATIFIED
    }

    public ValidationSpec {
        new Checks()
                .fraction("split", split)
                .that("folds", folds == null || folds >= 2, "2 or more", String.valueOf(folds))
                .that("folds", folds == null || split == 0, "split or folds, not both", "both")
                .that("fold", fold >= 1, "1 or more", fold)
                .that("fold", fold == 1 || folds != null, "folds beside it", "fold " + fold + " alone")
                .that("fold", folds == null || fold <= folds, "a part from 1 to folds, which is " + folds, fold)
                .that("where", where == null || !where.isBlank(), "a condition", "\"\"")
                .that(
                        "where",
                        where == null || (split == 0 && folds == null),
                        "one of split, folds and where",
                        "where beside " + (folds == null ? "split" : "folds"))
                .done();
    }

    /** A share of the samples. */
    public ValidationSpec(double split, Method method) {
        this(split, method, null, 1, null);
    }

    /** Whether nothing is kept apart. */
    public boolean isNone() {
        return split == 0 && folds == null && where == null;
    }

    /**
     * How many of so many samples are kept apart, whichever they are.
     *
     * @param marked for how many of them {@link #where} holds; of no account without it
     */
    public int keptOf(int samples, int marked) {
        if (where != null) {
            return marked;
        }
        return folds == null
                ? (int) Math.round(split * samples)
                : Slice.of(0, samples, folds, fold - 1).size();
    }
}
