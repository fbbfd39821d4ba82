package dev.lockstep.spark.data;

import dev.lockstep.core.data.CsvData;
import dev.lockstep.core.data.TabularData;
import dev.lockstep.core.data.table.ColumnKind;
import dev.lockstep.core.data.table.FittedColumn;
import dev.lockstep.core.data.table.FittedStep;
import dev.lockstep.core.data.table.FittedTable;
import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * Which columns of a table are what.
 *
 * @param columns reads the features
 * @param label reads the label
 * @param steps of the job with their columns; empty where they are fitted already
 */
record TableLayout(TableColumns columns, LabelReader label, List<ResolvedStep> steps) {
    /** How many numbers a cell of a column of vectors holds. */
    @FunctionalInterface
    interface Widths {
        /** Of the column at a position. */
        int of(int position);
    }

    /** Finds columns in a schema. */
    private record Finder(TabularData data, StructType schema, String file, Widths widths) {
        int position(String name, String key) {
            int position = Arrays.asList(schema.fieldNames()).indexOf(name);
            if (position < 0) {
                boolean numbered = data instanceof CsvData csv && !csv.header();
                throw new LockstepException(
                        ExitCode.USAGE,
                        key + ": no column \"" + name + "\" in " + file + "; expected "
                                + (numbered
                                        ? "a number from 0 to " + (schema.size() - 1)
                                        : "one of " + String.join(", ", schema.fieldNames())));
            }
            return position;
        }

        /** The column of weights; below 0 for none. */
        int weights() {
            String name = data.weights();
            return name == null ? -1 : position(name, "data.weights");
        }

        /** Spark's reader of CSV puts a line that it could not cut behind the columns. */
        int uncut() {
            return data instanceof CsvData ? schema.size() : -1;
        }

        boolean has(String name) {
            return Arrays.asList(schema.fieldNames()).contains(name);
        }

        /** @param category whether the column is one-hot encoded */
        FittedColumn feature(int position, boolean category) {
            String name = schema.fieldNames()[position];
            ColumnKind kind = kind(position);
            if (category && kind != ColumnKind.VECTOR) {
                return new FittedColumn(name, ColumnKind.TEXT, 1);
            } else if (kind == ColumnKind.TEXT && !(data instanceof CsvData)) {
                throw unusable(
                        position,
                        "; a column of categories becomes numbers by data.preprocessing: [one_hot:" + " {columns: ["
                                + name + "]}]");
            }
            return kind == ColumnKind.VECTOR
                    ? new FittedColumn(name, kind, widths.of(position))
                    : new FittedColumn(name, ColumnKind.NUMBER, 1);
        }

        ColumnKind kind(int position) {
            ColumnKind kind = TableColumns.kindOf(schema.fields()[position].dataType());
            if (kind == null) {
                throw unusable(position, "");
            }
            return kind;
        }

        private LockstepException unusable(int position, String hint) {
            return new LockstepException(
                    ExitCode.DATA,
                    file + ": column \"" + schema.fieldNames()[position] + "\": "
                            + TableColumns.typeName(schema.fields()[position].dataType())
                            + ", expected a number, a boolean, an array of numbers or a Spark ML vector; columns: "
                            + ParquetSource.describe(schema) + hint + "; data.ignore leaves columns out");
        }

        LabelReader label(boolean optional) {
            List<String> names = data.label();
            TableCells cells = new TableCells(data.nullValue());
            if (optional && names.stream().noneMatch(this::has)) {
                return new LabelReader(names, new int[0], false, 0, null, List.of(), data.labelOffset(), cells);
            }
            int[] positions = names.stream()
                    .mapToInt(name -> position(name, "data.label"))
                    .toArray();
            boolean vector = names.size() == 1 && kind(positions[0]) == ColumnKind.VECTOR;
            if (names.size() > 1) {
                for (int position : positions) {
                    boolean number = kind(position) == ColumnKind.NUMBER
                            || schema.fields()[position].dataType() instanceof StringType;
                    if (!number) {
                        throw unusable(position, "");
                    }
                }
            }
            int width = vector ? widths.of(positions[0]) : names.size();
            return new LabelReader(names, positions, vector, width, null, data.classNames(), data.labelOffset(), cells);
        }
    }

    /** The layout of training samples: all columns but labels and those left out are features. */
    static TableLayout ofTraining(TabularData data, StructType schema, Widths widths, String file) {
        Finder finder = new Finder(data, schema, file, widths);
        LabelReader label = finder.label(false);
        List<Integer> left = new ArrayList<>();
        for (int i = 0; i < schema.size(); i++) {
            left.add(i);
        }
        Arrays.stream(label.positions()).forEach(position -> left.remove((Integer) position));
        left.remove((Integer) finder.weights());
        data.ignore().forEach(name -> left.remove((Integer) finder.position(name, "data.ignore")));
        if (left.isEmpty()) {
            throw new LockstepException(
                    ExitCode.DATA,
                    file + ": no feature columns are left beside label \"" + String.join("\", \"", data.label())
                            + "\"");
        }
        Set<String> encoded = ResolvedStep.encoded(data.preprocessing());
        List<FittedColumn> features = left.stream()
                .map(position -> finder.feature(position, encoded.contains(schema.fieldNames()[position])))
                .toList();
        List<ResolvedStep> steps = ResolvedStep.of(data.preprocessing(), features);
        int[] positions = left.stream().mapToInt(Integer::intValue).toArray();
        TableColumns columns = new TableColumns(
                features,
                positions,
                ResolvedStep.filled(steps),
                Map.of(),
                finder.uncut(),
                data.weights(),
                finder.weights(),
                label.cells());
        return new TableLayout(columns, label, steps);
    }

    /**
     * The layout of samples that are to be read as the training samples were: columns are found by their names.
     *
     * @param labelsOptional whether the rows may have no labels
     */
    static TableLayout ofFitted(
            TabularData data,
            FittedTable fitted,
            @Nullable List<String> classNames,
            StructType schema,
            Widths widths,
            String file,
            boolean labelsOptional) {
        Finder finder = new Finder(data, schema, file, widths);
        List<Integer> positions = new ArrayList<>();
        for (FittedColumn feature : fitted.features()) {
            int position = finder.position(feature.name(), "data.test (the model takes it)");
            positions.add(position);
            FittedColumn found = finder.feature(position, feature.kind() == ColumnKind.TEXT);
            if (!found.equals(feature)) {
                throw new LockstepException(
                        ExitCode.DATA,
                        file + ": column \"" + feature.name() + "\" holds " + found.width()
                                + (found.kind() == ColumnKind.VECTOR ? " numbers a cell" : " number")
                                + ", the training samples had " + feature.width());
            }
        }
        Set<String> filled = new HashSet<>();
        for (FittedStep step : fitted.steps()) {
            if (step instanceof FittedStep.FillNumbers || step instanceof FittedStep.FillTexts) {
                filled.addAll(step.columns());
            }
        }
        LabelReader label =
                finder.label(labelsOptional).with(fitted.labelForm(), classNames == null ? List.of() : classNames);
        String weights = data.weights();
        if (weights != null && labelsOptional && !finder.has(weights)) {
            weights = null;
        }
        TableColumns columns = new TableColumns(
                        fitted.features(),
                        positions.stream().mapToInt(Integer::intValue).toArray(),
                        filled,
                        Map.of(),
                        finder.uncut(),
                        weights,
                        weights == null ? -1 : finder.weights(),
                        label.cells())
                .with(fitted.steps());
        return new TableLayout(columns, label, List.of());
    }
}
