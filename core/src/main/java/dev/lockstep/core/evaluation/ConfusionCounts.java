package dev.lockstep.core.evaluation;

import java.util.ArrayList;
import java.util.List;

/** A confusion matrix as a part of the totals that ranks add up: rows are true classes, columns predicted ones. */
final class ConfusionCounts {
    private final double[] values;
    private final int offset;
    private final int classes;

    /** @param values of the totals; this part begins at the offset */
    ConfusionCounts(double[] values, int offset, int classes) {
        this.values = values;
        this.offset = offset;
        this.classes = classes;
    }

    static int length(int classes) {
        return Math.multiplyExact(classes, classes);
    }

    void count(int actual, int predicted) {
        values[offset + actual * classes + predicted]++;
    }

    private double at(int actual, int predicted) {
        return values[offset + actual * classes + predicted];
    }

    /** The counts of each class. */
    List<ClassCounts> perClass() {
        double[] actual = new double[classes];
        double[] predicted = new double[classes];
        for (int row = 0; row < classes; row++) {
            for (int column = 0; column < classes; column++) {
                actual[row] += at(row, column);
                predicted[column] += at(row, column);
            }
        }
        List<ClassCounts> counts = new ArrayList<>(classes);
        for (int each = 0; each < classes; each++) {
            counts.add(new ClassCounts(at(each, each), predicted[each], actual[each]));
        }
        return counts;
    }

    List<List<Long>> matrix() {
        List<List<Long>> rows = new ArrayList<>(classes);
        for (int actual = 0; actual < classes; actual++) {
            List<Long> row = new ArrayList<>(classes);
            for (int predicted = 0; predicted < classes; predicted++) {
                row.add((long) at(actual, predicted));
            }
            rows.add(row);
        }
        return rows;
    }
}
