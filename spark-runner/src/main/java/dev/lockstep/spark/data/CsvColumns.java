package dev.lockstep.spark.data;

import dev.lockstep.core.data.CsvData;
import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

/**
 * Which columns of a CSV file are what.
 *
 * @param names of all columns
 * @param features positions of the feature columns
 * @param label position of the label column
 * @param weight position of the column of weights; below 0 for none
 */
@SuppressWarnings("ArrayRecordComponent") // read once for every row, never compared
record CsvColumns(String[] names, int[] features, int label, int weight) implements Serializable {
    /** Resolves the job's columns against a file's. */
    static CsvColumns of(CsvData data, String[] names, String file) {
        int label = position(data.label(), data, names, file, "data.label");
        List<Integer> left = new ArrayList<>();
        for (int i = 0; i < names.length; i++) {
            left.add(i);
        }
        left.remove((Integer) label);
        int weight = data.weights() == null ? -1 : position(data.weights(), data, names, file, "data.weights");
        left.remove((Integer) weight);
        for (String ignored : data.ignore()) {
            left.remove((Integer) position(ignored, data, names, file, "data.ignore"));
        }
        if (left.isEmpty()) {
            throw new LockstepException(
                    ExitCode.DATA, file + ": no feature columns are left beside label \"" + data.label() + "\"");
        }
        return new CsvColumns(names, left.stream().mapToInt(Integer::intValue).toArray(), label, weight);
    }

    private static int position(String wanted, CsvData data, String[] names, String file, String key) {
        for (int i = 0; i < names.length; i++) {
            if (names[i].equals(wanted)) {
                return i;
            }
        }
        throw new LockstepException(
                ExitCode.USAGE,
                key + ": no column \"" + wanted + "\" in " + file + "; expected "
                        + (data.header()
                                ? "one of " + String.join(", ", names)
                                : "a number from 0 to " + (names.length - 1)));
    }

    /**
     * Reads a row that {@link #problem} has found good.
     *
     * @param values takes the features
     * @return the label
     */
    float parse(Row row, float[] values) {
        for (int i = 0; i < features.length; i++) {
            values[i] = Float.parseFloat(row.getString(features[i]).strip());
        }
        return Float.parseFloat(row.getString(label).strip());
    }

    /** Whether samples have weights. */
    boolean isWeighted() {
        return weight >= 0;
    }

    /** The weight of a row that {@link #problem} has found good. */
    float weightOf(Row row) {
        return Float.parseFloat(row.getString(weight).strip());
    }

    /** What is wrong with a row's cells, or null. */
    @Nullable
    String problem(@Nullable String[] cells) {
        if (cells.length != names.length) {
            return cells.length + " columns, expected " + names.length;
        }
        for (int feature : features) {
            String problem = cellProblem(cells[feature], feature);
            if (problem != null) {
                return problem;
            }
        }
        String problem = cellProblem(cells[label], label);
        return problem != null || !isWeighted() ? problem : weightProblem(cells[weight]);
    }

    private @Nullable String weightProblem(@Nullable String cell) {
        String problem = cellProblem(cell, weight);
        return problem != null || cell == null || Float.parseFloat(cell.strip()) >= 0
                ? problem
                : "column \"" + names[weight] + "\": " + cell.strip() + " is no weight, expected a number not below 0";
    }

    private @Nullable String cellProblem(@Nullable String cell, int column) {
        String where = "column \"" + names[column] + "\": ";
        if (cell == null || cell.isBlank()) {
            return where + "empty, expected a number";
        }
        try {
            float value = Float.parseFloat(cell.strip());
            // Java takes "12d" and "0x1p3" for numbers; in a data file they are mistakes.
            if (Float.isFinite(value) && !cell.strip().matches("[-+.0-9eE]+")) {
                return where + "\"" + cell.strip() + "\" is not a number";
            }
            return Float.isFinite(value) ? null : where + cell.strip() + " is not a finite number";
        } catch (NumberFormatException e) {
            return where + "\"" + cell.strip() + "\" is not a number";
        }
    }
}
