package dev.lockstep.spark.data;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;

/**
 * Columns of text as conditions see them: numbers where all cells are, text elsewhere; without blanks around, and null
 * where there is nothing.
 */
final class TextColumns {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private TextColumns() {}

    /**
     * Looks at every cell; compared as text, 9 would be more than 10.
     *
     * @param rows of all files, whose first cells are the columns
     * @param names of the columns
     * @param source for messages
     */
    static List<Column> typed(JavaRDD<Row> rows, String[] names, String source) {
        int width = names.length;
        boolean[] text = new boolean[width];
        for (String json : TaskAnswer.values(rows.mapPartitions(part -> List.of(
                                TaskAnswer.of(source + " cannot be read", () -> toJson(columnsOfText(part, width))))
                        .iterator())
                .collect())) {
            boolean[] ofPart = fromJson(json);
            for (int i = 0; i < width; i++) {
                text[i] |= ofPart[i];
            }
        }
        List<Column> columns = new ArrayList<>();
        for (int i = 0; i < width; i++) {
            Column cell = functions.expr("nullif(trim(" + RowConditions.quoted(names[i]) + "), '')");
            columns.add((text[i] ? cell : cell.cast("double")).as(names[i]));
        }
        return columns;
    }

    /** Runs on an executor. */
    private static boolean[] columnsOfText(Iterator<Row> rows, int width) {
        boolean[] text = new boolean[width];
        while (rows.hasNext()) {
            Row row = rows.next();
            for (int i = 0; i < width; i++) {
                text[i] |= !row.isNullAt(i) && !isNumber(row.getString(i).strip());
            }
        }
        return text;
    }

    private static boolean isNumber(String cell) {
        if (cell.isEmpty()) {
            return true; // nothing is no text either
        }
        try {
            // Java takes "12d" and "0x1p3" for numbers, Spark does not.
            return Double.isFinite(Double.parseDouble(cell)) && cell.matches("[-+.0-9eE]+");
        } catch (NumberFormatException e) {
            return false;
        }
    }

    private static String toJson(boolean[] values) {
        try {
            return MAPPER.writeValueAsString(values);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("truth values are always JSON", e);
        }
    }

    private static boolean[] fromJson(String json) {
        try {
            return MAPPER.readValue(json, boolean[].class);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the driver and a task run different versions of Lockstep", e);
        }
    }
}
