package dev.lockstep.spark.data;

import dev.lockstep.core.data.table.LabelForm;
import java.io.Serializable;
import java.util.List;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

/**
 * How the label of a row is read.
 *
 * @param columns their names
 * @param positions their positions; empty where the rows have no labels
 * @param vector whether the one column holds several values
 * @param width values of a label in the file
 * @param form how it is told; null while that is to be found out
 * @param classNames names of the classes; empty for none
 * @param offset what class numbers begin with
 * @param cells reads them
 */
@SuppressWarnings("ArrayRecordComponent") // read for every row, never compared
record LabelReader(
        List<String> columns,
        int[] positions,
        boolean vector,
        int width,
        @Nullable LabelForm form,
        List<String> classNames,
        int offset,
        TableCells cells)
        implements Serializable {
    private static final long serialVersionUID = 1L;

    /** Beyond it a whole number is no class but a quantity. */
    static final int LARGEST_CLASS = 9_999;

    /** The same label once it is known how it is told. */
    LabelReader with(LabelForm known, List<String> names) {
        return new LabelReader(columns, positions, vector, width, known, names, offset, cells);
    }

    /** Whether a label is a single cell, which may be a word. */
    boolean isSingle() {
        return columns.size() == 1 && !vector;
    }

    /** The text of a single label. */
    String word(Row row) {
        String text = cells.text(row, positions[0]);
        if (text == null) {
            throw new BadRowException(TableCells.where(columns.get(0)) + "empty, expected a label");
        }
        return text;
    }

    /** The values of a label that is told by numbers, the offset taken off a single one. */
    double[] values(Row row) {
        if (vector) {
            return TableCells.vector(row, positions[0], width, columns.get(0));
        }
        double[] values = new double[positions.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = cells.number(row, positions[i], columns.get(i));
            if (Double.isNaN(values[i])) {
                throw new BadRowException(TableCells.where(columns.get(i)) + "empty, expected a number");
            }
        }
        if (values.length == 1) {
            values[0] -= offset;
        }
        return values;
    }

    /** Whether exactly one value is 1 and all others are 0. */
    static boolean isOneHot(double[] values) {
        int ones = 0;
        for (double value : values) {
            if (value != 0 && value != 1) {
                return false;
            }
            ones += value == 1 ? 1 : 0;
        }
        return ones == 1;
    }

    /** Whether a number can be that of a class. */
    static boolean isClass(double value) {
        return value >= 0 && value <= LARGEST_CLASS && value == (int) value;
    }

    /** The label as it is packed, where it is known how it is told; zeros where the rows have none. */
    float[] packed(Row row, int packedWidth) {
        LabelForm known = form;
        if (known == null) {
            throw new IllegalStateException("it is not known yet how labels are told");
        }
        if (positions.length == 0) {
            return new float[packedWidth];
        }
        return switch (known) {
            case TARGETS -> floats(values(row));
            case CLASS_NUMBERS -> new float[] {classNumber(values(row)[0])};
            case CLASS_NAMES -> new float[] {classNamed(word(row))};
            case ONE_HOT -> new float[] {position(values(row))};
        };
    }

    private static float[] floats(double[] values) {
        float[] floats = new float[values.length];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = (float) values[i];
        }
        return floats;
    }

    private float classNumber(double value) {
        if (!isClass(value)) {
            throw new BadRowException(TableCells.where(columns.get(0)) + (value + offset)
                    + " is no class number; the training labels are whole numbers from " + offset);
        }
        return (float) value;
    }

    private float classNamed(String word) {
        int index = classNames.indexOf(word);
        if (index < 0) {
            throw new BadRowException(TableCells.where(columns.get(0)) + '"' + word + "\" is none of the classes "
                    + String.join(", ", classNames));
        }
        return index;
    }

    private float position(double[] values) {
        if (!isOneHot(values)) {
            throw new BadRowException("columns " + String.join(", ", columns) + ": expected a 1 among zeros");
        }
        int position = 0;
        while (values[position] != 1) {
            position++;
        }
        return position;
    }
}
