package dev.lockstep.spark.data;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lockstep.core.data.SamplePart;
import dev.lockstep.core.data.SplitPlan;
import dev.lockstep.core.data.TabularData;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.IntUnaryOperator;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

/**
 * The rows that preprocessing is fitted to: the split is made by index, seed and labels before anything is fitted.
 *
 * @param rows of the frame that {@link TableFitting#frame} gives
 * @param isPart whether other rows are kept for validation
 */
record TrainingRows(JavaRDD<Row> rows, boolean isPart) {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    /**
     * Chooses the rows.
     *
     * @param seen of the partitions of all rows
     */
    static TrainingRows of(
            TabularData data,
            long seed,
            TableRows all,
            TableLayout layout,
            LabelPlan labels,
            List<TablePartition> seen) {
        int samples = seen.stream().mapToInt(TablePartition::rows).sum();
        LabelReader rule = labels.rule();
        int[] classes = labels.classCounts() == null
                ? new int[0]
                : collected(all, samples, row -> (int) rule.packed(row, 1)[0]);
        int[] parts = all.marked()
                ? collected(all, samples, row -> RowConditions.partOf(row).ordinal())
                : new int[samples];
        @Nullable IntUnaryOperator classOf = labels.classCounts() == null ? null : index -> classes[index];
        SplitPlan split = WorkerData.split(seed, data, samples, classOf, index -> SamplePart.values()[parts[index]]);
        boolean isPart = split.trainIndices().length < samples;
        BitSet kept = new BitSet(samples);
        for (int index : split.trainIndices()) {
            kept.set(index);
        }
        Broadcast<byte[]> chosen =
                JavaSparkContext.fromSparkContext(all.rows().context()).broadcast(kept.toByteArray());
        int[] first = TablePartition.firstRows(seen);
        TableColumns columns = layout.columns();
        TableFrame frame = TableFitting.frame(columns.features(), layout.steps());
        JavaRDD<Row> training = all.rows()
                .mapPartitionsWithIndex(
                        (index, rows) -> chosenRows(columns, frame, rows, BitSet.valueOf(chosen.value()), first[index]),
                        true);
        return new TrainingRows(training, isPart);
    }

    /** Runs on an executor. */
    private static Iterator<Row> chosenRows(
            TableColumns columns, TableFrame frame, Iterator<Row> rows, BitSet chosen, int first) {
        float[] noLabel = new float[1];
        return new Iterator<>() {
            private int index = first;
            private @Nullable Row next = advance();

            private @Nullable Row advance() {
                while (rows.hasNext()) {
                    Row row = rows.next();
                    if (chosen.get(index++)) {
                        return frame.row(columns.read(row), noLabel);
                    }
                }
                return null;
            }

            @Override
            public boolean hasNext() {
                return next != null;
            }

            @Override
            public Row next() {
                Row row = next;
                if (row == null) {
                    throw new NoSuchElementException();
                }
                next = advance();
                return row;
            }
        };
    }

    /** A whole number of a row. */
    @FunctionalInterface
    private interface RowNumber extends Serializable {
        int of(Row row);
    }

    /** A number of every row, by the row's index. */
    private static int[] collected(TableRows all, int samples, RowNumber number) {
        String[] sources = all.sources();
        int[] numbers = new int[samples];
        int next = 0;
        for (String part : TaskAnswer.values(all.rows()
                .mapPartitionsWithIndex(
                        (index, rows) -> TableDatasetPacker.one(TaskAnswer.of(
                                TableDatasetPacker.unreadable(sources[index]), () -> toJson(number, rows))),
                        true)
                .collect())) {
            for (int value : parse(part)) {
                numbers[next++] = value;
            }
        }
        return numbers;
    }

    private static String toJson(RowNumber number, Iterator<Row> rows) throws JsonProcessingException {
        List<Integer> numbers = new ArrayList<>();
        while (rows.hasNext()) {
            numbers.add(number.of(rows.next()));
        }
        return MAPPER.writeValueAsString(numbers);
    }

    private static int[] parse(String json) {
        try {
            return MAPPER.readValue(json, int[].class);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the driver and a task run different versions of Lockstep", e);
        }
    }
}
