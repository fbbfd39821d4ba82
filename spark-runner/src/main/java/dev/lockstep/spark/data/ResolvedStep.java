package dev.lockstep.spark.data;

import dev.lockstep.core.data.table.ColumnKind;
import dev.lockstep.core.data.table.FillMissingStep;
import dev.lockstep.core.data.table.FillMissingStep.Strategy;
import dev.lockstep.core.data.table.FittedColumn;
import dev.lockstep.core.data.table.OneHotStep;
import dev.lockstep.core.data.table.PreprocessingStep;
import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import dev.lockstep.core.schema.Alternatives;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * A step of the job with the columns that it changes.
 *
 * @param step as the job has it
 * @param columns by name, in the order of the table unless the job names them
 */
record ResolvedStep(PreprocessingStep step, List<String> columns) {
    /**
     * Finds the columns of the job's steps.
     *
     * @throws LockstepException (USAGE) when a step names columns that it cannot be applied to
     */
    static List<ResolvedStep> of(List<PreprocessingStep> steps, List<FittedColumn> features) {
        List<ResolvedStep> resolved = new ArrayList<>();
        for (int i = 0; i < steps.size(); i++) {
            PreprocessingStep step = steps.get(i);
            String key = "data.preprocessing." + i + "."
                    + Alternatives.nameOf(step.getClass().asSubclass(Record.class)) + ".columns";
            List<String> columns = new ArrayList<>();
            if (step.columns().isEmpty()) {
                features.stream()
                        .filter(feature -> applies(step, feature))
                        .forEach(feature -> columns.add(feature.name()));
            }
            for (String name : step.columns()) {
                requireApplies(step, named(name, features, key), key);
                columns.add(name);
            }
            resolved.add(new ResolvedStep(step, List.copyOf(columns)));
        }
        requireOnce(resolved);
        return resolved;
    }

    /** The columns that are one-hot encoded; of them the kind is known by that. */
    static Set<String> encoded(List<PreprocessingStep> steps) {
        Set<String> encoded = new HashSet<>();
        steps.stream().filter(OneHotStep.class::isInstance).forEach(step -> encoded.addAll(step.columns()));
        return encoded;
    }

    /** The columns in which cells may be missing. */
    static Set<String> filled(List<ResolvedStep> steps) {
        Set<String> filled = new HashSet<>();
        steps.stream()
                .filter(resolved -> resolved.step() instanceof FillMissingStep)
                .forEach(resolved -> filled.addAll(resolved.columns()));
        return filled;
    }

    private static boolean applies(PreprocessingStep step, FittedColumn feature) {
        if (step instanceof FillMissingStep fill) {
            return feature.kind() == ColumnKind.NUMBER
                    || (feature.kind() == ColumnKind.TEXT && fill.strategy() == Strategy.MOST_FREQUENT);
        }
        return (feature.kind() == ColumnKind.TEXT) == (step instanceof OneHotStep);
    }

    private static FittedColumn named(String name, List<FittedColumn> features, String key) {
        return features.stream()
                .filter(feature -> feature.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new LockstepException(
                        ExitCode.USAGE,
                        key + ": no column of features \"" + name + "\"; expected one of "
                                + String.join(
                                        ", ",
                                        features.stream()
                                                .map(FittedColumn::name)
                                                .toList())));
    }

    private static void requireApplies(PreprocessingStep step, FittedColumn feature, String key) {
        if (!applies(step, feature)) {
            String what = feature.kind() == ColumnKind.TEXT
                    ? "one-hot encoded" + (step instanceof FillMissingStep ? " and can be filled by most_frequent" : "")
                    : "of vectors";
            throw new LockstepException(
                    ExitCode.USAGE,
                    key + ": the column \"" + feature.name() + "\" is " + what + "; leave it out of this step");
        }
    }

    private static void requireOnce(List<ResolvedStep> steps) {
        for (Class<?> type : List.of(FillMissingStep.class, OneHotStep.class)) {
            Set<String> seen = new HashSet<>();
            steps.stream()
                    .filter(resolved -> type.isInstance(resolved.step()))
                    .flatMap(resolved -> resolved.columns().stream())
                    .filter(column -> !seen.add(column))
                    .findFirst()
                    .ifPresent(twice -> {
                        throw new LockstepException(
                                ExitCode.USAGE,
                                "data.preprocessing: the column \"" + Objects.requireNonNull(twice)
                                        + "\" is in two steps of the same kind; name the columns of each");
                    });
        }
    }
}
