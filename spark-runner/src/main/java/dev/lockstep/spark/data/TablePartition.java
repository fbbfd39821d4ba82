package dev.lockstep.spark.data;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.Row;

/**
 * What a look at a partition of rows found.
 *
 * @param rows how many there are
 * @param badRows how many cannot be used
 * @param problems what is wrong with the first of them, by their number in the partition
 * @param labels what was seen of the labels
 */
record TablePartition(int rows, int badRows, Map<Integer, String> problems, LabelCounts labels) {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final int PROBLEMS_KEPT = 5;

    /** Runs on an executor: reads every cell. */
    static TablePartition scan(TableColumns columns, LabelReader rule, Iterator<Row> rows) {
        int count = 0;
        int bad = 0;
        Map<Integer, String> problems = new TreeMap<>();
        LabelCounter labels = new LabelCounter(rule);
        while (rows.hasNext()) {
            Row row = rows.next();
            try {
                columns.read(row);
                columns.weight(row);
                labels.add(row);
            } catch (BadRowException problem) {
                bad++;
                if (bad <= PROBLEMS_KEPT) {
                    problems.put(count, String.valueOf(problem.getMessage()));
                }
            }
            count++;
        }
        return new TablePartition(count, bad, problems, labels.counts());
    }

    /** How many rows each of some partitions has. */
    static int[] rows(List<TablePartition> partitions) {
        return partitions.stream().mapToInt(TablePartition::rows).toArray();
    }

    /** Where each partition's rows begin. */
    static int[] firstRows(List<TablePartition> partitions) {
        int[] first = new int[partitions.size()];
        for (int i = 1; i < first.length; i++) {
            first[i] = Math.addExact(first[i - 1], partitions.get(i - 1).rows());
        }
        return first;
    }

    String toJson() {
        try {
            return MAPPER.writeValueAsString(this);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a record of numbers and texts is always JSON", e);
        }
    }

    static TablePartition fromJson(String json) {
        try {
            return MAPPER.readValue(json, TablePartition.class);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the driver and a task run different versions of Lockstep", e);
        }
    }
}
