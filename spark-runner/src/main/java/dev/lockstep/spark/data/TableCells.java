package dev.lockstep.spark.data;

import java.io.Serializable;
import java.util.Collection;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;
import scala.collection.JavaConverters;

/**
 * Reads single cells, whatever the file's format gives.
 *
 * @param nullValue text that stands for a missing cell, beside an empty one
 */
record TableCells(String nullValue) implements Serializable {
    private static final long serialVersionUID = 1L;

    /** The number in a cell; NaN where it is missing. */
    double number(Row row, int position, String column) {
        Object cell = row.get(position);
        if (cell == null) {
            return Double.NaN;
        } else if (cell instanceof Number number) {
            return finite(number.doubleValue(), column);
        } else if (cell instanceof Boolean truth) {
            return truth ? 1 : 0;
        }
        String text = cell.toString().strip();
        if (isMissing(text)) {
            return Double.NaN;
        }
        Double parsed = parse(text);
        if (parsed == null) {
            throw new BadRowException(where(column) + '"' + text + "\" is not a number");
        }
        return finite(parsed, column);
    }

    /** A missing number may be written NaN; an infinite one is a mistake, and so is one that no float holds. */
    private static double finite(double value, String column) {
        if (Double.isNaN(value) || Float.isFinite((float) value)) {
            return value;
        }
        throw new BadRowException(where(column) + value + " is not a finite number");
    }

    /** The number that a text is; null for none. Java takes "12d" and "0x1p3" for numbers; in a file they are mistakes. */
    static @Nullable Double parse(String text) {
        try {
            double value = Double.parseDouble(text);
            return Double.isFinite(value) && !text.matches("[-+.0-9eE]+") ? null : Double.valueOf(value);
        } catch (NumberFormatException e) {
            return null;
        }
    }

    /** Whether a text stands for nothing. */
    boolean isMissing(String text) {
        return text.isEmpty() || text.equals(nullValue);
    }

    /** The text of a cell; null where it is missing. */
    @Nullable
    String text(Row row, int position) {
        Object cell = row.get(position);
        String text = cell == null ? "" : cell.toString().strip();
        return isMissing(text) ? null : text;
    }

    /** The numbers of a cell. */
    static double[] vector(Row row, int position, int width, String column) {
        Object cell = row.get(position);
        if (cell == null) {
            throw new BadRowException(where(column) + "null, expected " + width + " numbers");
        }
        double[] values = cell instanceof Vector vector ? vector.toArray() : array(cell, column);
        if (values.length != width) {
            throw new BadRowException(where(column) + values.length + " numbers, expected " + width);
        }
        for (double value : values) {
            if (!Float.isFinite((float) value)) {
                throw new BadRowException(where(column) + value + " is not a finite number");
            }
        }
        return values;
    }

    /** How many numbers a cell holds; 0 where it is missing. */
    static int width(Object cell) {
        return cell instanceof Vector vector ? vector.size() : elements(cell).size();
    }

    private static double[] array(Object cell, String column) {
        Collection<?> elements = elements(cell);
        double[] values = new double[elements.size()];
        int next = 0;
        for (Object element : elements) {
            if (element == null) {
                throw new BadRowException(where(column) + "a number of the array is null");
            }
            values[next++] = element instanceof Boolean truth ? (truth ? 1 : 0) : ((Number) element).doubleValue();
        }
        return values;
    }

    private static Collection<?> elements(Object cell) {
        return JavaConverters.asJavaCollection((scala.collection.Iterable<?>) cell);
    }

    /** The beginning of a message about a column. */
    static String where(String column) {
        return "column \"" + column + "\": ";
    }
}
