package dev.lockstep.spark.data;

import dev.lockstep.core.data.table.ColumnKind;
import dev.lockstep.core.data.table.FittedColumn;
import dev.lockstep.core.data.table.FittedStep;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;

/**
 * Where each column's numbers are among the numbers of a sample.
 *
 * @param firsts the first number of each column
 * @param widths how many numbers it has; of one that is one-hot encoded, its categories
 * @param size numbers of a sample
 */
record TableSlots(Map<String, Integer> firsts, Map<String, Integer> widths, int size) {
    /** The numbers of a table whose columns of categories are encoded by these steps. */
    static TableSlots of(List<FittedColumn> features, List<FittedStep> steps) {
        Map<String, Integer> categories = new LinkedHashMap<>();
        for (FittedStep step : steps) {
            if (step instanceof FittedStep.OneHot encoded) {
                for (int i = 0; i < encoded.columns().size(); i++) {
                    categories.put(
                            encoded.columns().get(i),
                            encoded.categories().get(i).size());
                }
            }
        }
        Map<String, Integer> firsts = new LinkedHashMap<>();
        Map<String, Integer> widths = new LinkedHashMap<>();
        int next = 0;
        for (FittedColumn feature : features) {
            int width = feature.kind() == ColumnKind.TEXT
                    ? Objects.requireNonNull(categories.get(feature.name()), feature.name())
                    : feature.width();
            firsts.put(feature.name(), next);
            widths.put(feature.name(), width);
            next += width;
        }
        return new TableSlots(firsts, widths, next);
    }

    /** The numbers of some columns out of a vector of all. */
    List<Double> of(Vector all, List<String> columns) {
        List<Double> chosen = new ArrayList<>();
        for (String column : columns) {
            for (int i = 0; i < width(column); i++) {
                chosen.add(all.apply(first(column) + i));
            }
        }
        return chosen;
    }

    /** A vector of all numbers: those of some columns, another one everywhere else. */
    Vector vector(List<String> columns, List<Double> values, double elsewhere) {
        double[] all = new double[size];
        Arrays.fill(all, elsewhere);
        int next = 0;
        for (String column : columns) {
            for (int i = 0; i < width(column); i++) {
                all[first(column) + i] = values.get(next++);
            }
        }
        return Vectors.dense(all);
    }

    private int first(String column) {
        return Objects.requireNonNull(firsts.get(column), column);
    }

    /** How many numbers a column has. */
    int width(String column) {
        return Objects.requireNonNull(widths.get(column), column);
    }
}
