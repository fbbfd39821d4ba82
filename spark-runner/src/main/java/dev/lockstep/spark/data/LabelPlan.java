package dev.lockstep.spark.data;

import dev.lockstep.core.data.TabularData;
import dev.lockstep.core.data.table.LabelForm;
import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What was decided of the labels of training samples.
 *
 * @param rule reads them
 * @param classNames names of the classes, or null
 * @param classCounts samples of each class, or null where labels are no classes
 * @param doubtful whether some labels cannot be read in this way, so that another look has to name them
 */
record LabelPlan(
        LabelReader rule, @Nullable List<String> classNames, @Nullable List<Long> classCounts, boolean doubtful) {
    private static final Logger LOG = LoggerFactory.getLogger(LabelPlan.class);

    /** Decides from what a first look at all rows found. */
    static LabelPlan of(LabelReader rule, LabelCounts seen, TabularData data) {
        if (!rule.isSingle()) {
            return ofSeveral(rule, seen, data.classNames());
        } else if (seen.words() > 0) {
            return ofWords(rule, seen, data.classNames());
        }
        return ofNumbers(rule, seen, data.classNames());
    }

    /** Labels are words where all of them are, or where the job says which words there are. */
    private static LabelPlan ofWords(LabelReader rule, LabelCounts seen, List<String> given) {
        List<String> found = List.copyOf(seen.names().keySet());
        boolean mixed = seen.words() < seen.rows();
        if (given.isEmpty() && mixed && seen.words() * 2L <= seen.rows()) {
            return new LabelPlan(rule.with(LabelForm.TARGETS, List.of()), null, null, true);
        } else if (found.size() > LabelReader.LARGEST_CLASS) {
            throw new LockstepException(
                    ExitCode.DATA,
                    "data.label: the column \"" + rule.columns().get(0) + "\" holds more than "
                            + LabelReader.LARGEST_CLASS + " different words; is it the label?");
        }
        List<String> names = given.isEmpty() ? found : given;
        LabelReader known = rule.with(LabelForm.CLASS_NAMES, names);
        if (mixed || !names.containsAll(found)) {
            return new LabelPlan(known, names, null, true);
        }
        List<Long> counts =
                names.stream().map(name -> seen.names().getOrDefault(name, 0L)).toList();
        return new LabelPlan(known, names, counts, false);
    }

    private static LabelPlan ofNumbers(LabelReader rule, LabelCounts seen, List<String> given) {
        if (!seen.whole()) {
            if (!given.isEmpty()) {
                throw new LockstepException(
                        ExitCode.USAGE,
                        "data.class_names: the labels in column \""
                                + rule.columns().get(0)
                                + "\" are no class numbers; remove class_names, or name another column by data.label");
            }
            return new LabelPlan(rule.with(LabelForm.TARGETS, List.of()), null, null, false);
        }
        List<Long> counts = seen.classCounts(given.size());
        if (!given.isEmpty() && counts.size() > given.size()) {
            throw new LockstepException(
                    ExitCode.DATA,
                    "data.class_names: " + given.size() + " names, and there is a label "
                            + (counts.size() - 1 + rule.offset()) + "; expected a name for every class, from "
                            + rule.offset() + " on");
        }
        return new LabelPlan(rule.with(LabelForm.CLASS_NUMBERS, given), given.isEmpty() ? null : given, counts, false);
    }

    private static LabelPlan ofSeveral(LabelReader rule, LabelCounts seen, List<String> given) {
        if (seen.oneHot() < seen.rows() || rule.width() < 2) {
            if (seen.zerosAndOnes() && seen.oneHot() * 2L > seen.rows()) {
                LOG.warn(
                        "{} of {} labels ({}) are not one-hot: they are taken as {} targets, not as classes",
                        seen.rows() - seen.oneHot(),
                        seen.rows(),
                        String.join(", ", rule.columns()),
                        rule.width());
            }
            if (!given.isEmpty()) {
                throw new LockstepException(
                        ExitCode.USAGE,
                        "data.class_names: " + (seen.rows() - seen.oneHot()) + " of " + seen.rows()
                                + " labels are not one-hot, so they are targets, not classes; mend the labels or remove"
                                + " class_names");
            }
            return new LabelPlan(rule.with(LabelForm.TARGETS, List.of()), null, null, false);
        }
        if (!given.isEmpty() && given.size() != rule.width()) {
            throw new LockstepException(
                    ExitCode.USAGE,
                    "data.class_names: expected " + rule.width() + " names, one for each value of a label, found "
                            + given.size());
        }
        List<String> names = !given.isEmpty()
                ? given
                : rule.vector()
                        ? IntStream.range(0, rule.width())
                                .mapToObj(String::valueOf)
                                .toList()
                        : rule.columns();
        return new LabelPlan(rule.with(LabelForm.ONE_HOT, names), names, new ArrayList<>(seen.ones()), false);
    }

    /** The same after another look, by its own rule, has found nothing wrong. */
    LabelPlan counted(LabelCounts seen) {
        List<String> names = classNames;
        return names == null ? this : new LabelPlan(rule, names, seen.classCounts(names.size()), false);
    }

    /** Values of a packed label. */
    int packedWidth() {
        return rule.form() == LabelForm.TARGETS ? rule.width() : 1;
    }
}
