package dev.lockstep.spark.ml;

import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import dev.lockstep.spark.scoring.ModelScorer;
import dev.lockstep.spark.scoring.Predictions;
import java.io.Serializable;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.spark.SparkContext;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.TaskCompletionListener;

/**
 * Adds columns to the rows of a frame, computed by a network in batches: many times faster than row by row.
 *
 * @param network bytes of the {@link NetworkState}: whatever serializer the session has, it takes those
 * @param features position of the column of vectors
 * @param column its name
 * @param cells makes the new cells of a row
 */
record FrameScoring(Broadcast<byte[]> network, int features, String column, Cells cells)
        implements MapPartitionsFunction<Row, Row> {
    private static final long serialVersionUID = 1L;

    /** What becomes of the outputs of a row. */
    @FunctionalInterface
    interface Cells extends Serializable {
        /**
         * The new cells.
         *
         * @param predictions what the outputs mean
         * @param outputs of some rows, row by row
         * @param offset where those of this row begin
         */
        Object[] of(Predictions predictions, float[] outputs, int offset);
    }

    /**
     * The frame with its new columns behind the others.
     *
     * @param added their fields
     */
    static Dataset<Row> of(
            Dataset<?> frame, String column, NetworkState network, List<StructField> added, Cells cells) {
        StructType schema = frame.schema();
        int features = schema.fieldIndex(column);
        for (StructField field : added) {
            schema = schema.add(field);
        }
        SparkContext spark = frame.sparkSession().sparkContext();
        return frame.toDF()
                .mapPartitions(
                        new FrameScoring(network.broadcast(spark), features, column, cells), Encoders.row(schema));
    }

    @Override
    public Iterator<Row> call(Iterator<Row> rows) {
        if (!rows.hasNext()) {
            return rows;
        }
        NetworkState state = NetworkState.of(network.value());
        ModelScorer scorer = state.scorer();
        // A reader may stop before the last row.
        TaskContext task = TaskContext.get();
        if (task != null) {
            task.addTaskCompletionListener((TaskCompletionListener) context -> scorer.close());
        }
        return new Scored(rows, scorer, state.predictions());
    }

    /** Reads a batch of rows ahead, and gives them one by one. */
    private final class Scored implements Iterator<Row> {
        private final Iterator<Row> rows;
        private final ModelScorer scorer;
        private final Predictions predictions;
        private final float[] batch;
        private final Deque<Row> ready = new ArrayDeque<>();

        Scored(Iterator<Row> rows, ModelScorer scorer, Predictions predictions) {
            this.rows = rows;
            this.scorer = scorer;
            this.predictions = predictions;
            this.batch = new float[scorer.batchSize() * scorer.inputs()];
        }

        @Override
        public boolean hasNext() {
            if (ready.isEmpty() && rows.hasNext()) {
                fill();
            }
            return !ready.isEmpty();
        }

        @Override
        public Row next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            return ready.remove();
        }

        private void fill() {
            List<Row> read = new ArrayList<>();
            while (read.size() < scorer.batchSize() && rows.hasNext()) {
                Row row = rows.next();
                put(row.get(features), column, scorer.inputs(), batch, read.size() * scorer.inputs());
                read.add(row);
            }
            float[] outputs = scorer.score(batch, read.size());
            for (int i = 0; i < read.size(); i++) {
                ready.add(extended(read.get(i), cells.of(predictions, outputs, i * scorer.outputs())));
            }
        }
    }

    private static Row extended(Row row, Object[] added) {
        Object[] all = new Object[row.length() + added.length];
        for (int i = 0; i < row.length(); i++) {
            all[i] = row.get(i);
        }
        System.arraycopy(added, 0, all, row.length(), added.length);
        return RowFactory.create(all);
    }

    /**
     * Writes the features of a row where a scorer takes them from.
     *
     * @throws LockstepException when they are not as many as the network takes, or missing
     */
    static void put(Object cell, String column, int inputs, float[] target, int offset) {
        if (!(cell instanceof Vector vector) || vector.size() != inputs) {
            throw new LockstepException(
                    ExitCode.DATA,
                    "column \"" + column + "\": "
                            + (cell instanceof Vector other ? other.size() + " numbers" : String.valueOf(cell))
                            + ", the network takes " + inputs);
        }
        double[] values = vector.toArray();
        for (int i = 0; i < inputs; i++) {
            target[offset + i] = (float) values[i];
        }
    }
}
