package dev.lockstep.spark.data;

import dev.lockstep.core.data.table.ColumnKind;
import dev.lockstep.core.data.table.FittedColumn;
import dev.lockstep.core.data.table.FittedStep;
import dev.lockstep.core.data.table.OneHotStep.UnknownCategories;
import java.io.Serializable;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StringType;
import org.jspecify.annotations.Nullable;

/**
 * Reads the features of rows: numbers, categories and vectors, in the order of the columns.
 *
 * @param features what they are
 * @param positions where they are in a row
 * @param filled names of the columns in which a cell may be missing
 * @param categories of the columns whose categories are all known, by name
 * @param uncut position of the cell that is not null where the row could not be cut; below 0 for none
 * @param weights name of the column of weights, or null
 * @param weightPosition where it is
 * @param cells reads them
 */
@SuppressWarnings("ArrayRecordComponent") // read for every row, never compared
record TableColumns(
        List<FittedColumn> features,
        int[] positions,
        Set<String> filled,
        Map<String, Set<String>> categories,
        int uncut,
        @Nullable String weights,
        int weightPosition,
        TableCells cells)
        implements Serializable {
    private static final long serialVersionUID = 1L;

    /** The same columns, in which only those categories may occur that the fitted steps know. */
    TableColumns with(List<FittedStep> steps) {
        Map<String, Set<String>> known = new HashMap<>();
        for (FittedStep step : steps) {
            if (step instanceof FittedStep.OneHot encoded && encoded.unknown() == UnknownCategories.ERROR) {
                for (int i = 0; i < encoded.columns().size(); i++) {
                    known.put(
                            encoded.columns().get(i),
                            new HashSet<>(encoded.categories().get(i)));
                }
            }
        }
        return new TableColumns(features, positions, filled, known, uncut, weights, weightPosition, cells);
    }

    /**
     * The features of a row: a Double, NaN for a missing one; a String, null for a missing one; or a double[].
     *
     * @throws BadRowException when it cannot be used
     */
    @Nullable
    Object[] read(Row row) {
        if (uncut >= 0 && !row.isNullAt(uncut)) {
            throw new BadRowException("");
        }
        @Nullable Object[] values = new Object[positions.length];
        for (int i = 0; i < values.length; i++) {
            FittedColumn feature = features.get(i);
            values[i] = switch (feature.kind()) {
                case NUMBER -> number(row, positions[i], feature.name());
                case TEXT -> text(row, positions[i], feature.name());
                case VECTOR -> TableCells.vector(row, positions[i], feature.width(), feature.name());
            };
        }
        return values;
    }

    /** The weight of a row; 1 where there are none. */
    float weight(Row row) {
        String column = weights;
        if (column == null) {
            return 1;
        }
        double weight = cells.number(row, weightPosition, column);
        if (Double.isNaN(weight)) {
            throw noNumber(row, weightPosition, column);
        } else if (weight < 0) {
            throw new BadRowException(
                    TableCells.where(column) + weight + " is no weight, expected a number not below 0");
        }
        return (float) weight;
    }

    private Double number(Row row, int position, String name) {
        double value = cells.number(row, position, name);
        if (Double.isNaN(value) && !filled.contains(name)) {
            throw noNumber(row, position, name);
        }
        return value;
    }

    private BadRowException noNumber(Row row, int position, String name) {
        Object cell = row.get(position);
        boolean empty = cell == null || cells.isMissing(cell.toString().strip());
        return new BadRowException(
                TableCells.where(name) + (empty ? "empty, expected a number" : "NaN is not a finite number"));
    }

    private @Nullable String text(Row row, int position, String name) {
        String value = cells.text(row, position);
        if (value == null && !filled.contains(name)) {
            throw new BadRowException(TableCells.where(name) + "empty, expected a category");
        }
        Set<String> known = categories.get(name);
        if (known != null && value != null && !known.contains(value)) {
            throw new BadRowException(TableCells.where(name) + '"' + value
                    + "\" is no category of the training part; one_hot takes it with unknown: ignore");
        }
        return value;
    }

    /** What a column of a type can be; null for nothing. */
    static @Nullable ColumnKind kindOf(DataType type) {
        if (type instanceof NumericType || type instanceof BooleanType) {
            return ColumnKind.NUMBER;
        } else if (type instanceof StringType) {
            return ColumnKind.TEXT;
        } else if (type.equals(SQLDataTypes.VectorType())) {
            return ColumnKind.VECTOR;
        }
        boolean numbers = type instanceof ArrayType array
                && (array.elementType() instanceof NumericType || array.elementType() instanceof BooleanType);
        return numbers ? ColumnKind.VECTOR : null;
    }

    /** The name of a type for messages. */
    static String typeName(DataType type) {
        return type.equals(SQLDataTypes.VectorType()) ? "vector" : type.catalogString();
    }
}
