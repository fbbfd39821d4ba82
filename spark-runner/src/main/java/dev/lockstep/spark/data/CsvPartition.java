package dev.lockstep.spark.data;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Iterator;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

/**
 * What a first look at a partition of rows found.
 *
 * @param rows how many there are
 * @param badRows how many cannot be used
 * @param wholeLabels whether every label is a whole number from 0 to {@link #LARGEST_CLASS}
 * @param labelCounts rows of each label, while they are whole
 */
record CsvPartition(int rows, int badRows, boolean wholeLabels, Map<Integer, Long> labelCounts) {
    /** Beyond it a whole number is no class but a quantity. */
    static final int LARGEST_CLASS = 9_999;

    private static final ObjectMapper MAPPER = new ObjectMapper();

    static CsvPartition scan(CsvColumns columns, Iterator<Row> rows) {
        int count = 0;
        int bad = 0;
        boolean whole = true;
        Map<Integer, Long> labels = new TreeMap<>();
        int width = columns.names().length;
        @Nullable String[] cells = new String[width];
        while (rows.hasNext()) {
            Row row = rows.next();
            count++;
            for (int i = 0; i < width; i++) {
                cells[i] = row.isNullAt(i) ? null : row.getString(i);
            }
            if (!row.isNullAt(width) || columns.problem(cells) != null) {
                bad++;
                continue;
            }
            float label = Float.parseFloat(row.getString(columns.label()).strip());
            whole &= label >= 0 && label <= LARGEST_CLASS && label == (int) label;
            if (whole) {
                labels.merge((int) label, 1L, Long::sum);
            }
        }
        return new CsvPartition(count, bad, whole, whole ? labels : Map.of());
    }

    String toJson() {
        try {
            return MAPPER.writeValueAsString(this);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a record of numbers is always JSON", e);
        }
    }

    static CsvPartition fromJson(String json) {
        try {
            return MAPPER.readValue(json, CsvPartition.class);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the driver and a task run different versions of Lockstep", e);
        }
    }
}
