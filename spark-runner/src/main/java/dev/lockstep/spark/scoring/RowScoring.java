package dev.lockstep.spark.scoring;

import java.util.Iterator;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Row;
import org.apache.spark.util.TaskCompletionListener;
import org.jspecify.annotations.Nullable;

/**
 * What a task of a scoring job does: it makes a replica of the model and predicts for its rows, batch by batch, as they are
 * asked for.
 *
 * @param description of the model
 * @param parameters of the model
 * @param batchSize rows that are computed together
 * @param features finds them in a row
 * @param scale what features are divided by
 * @param kept positions of the cells that go on beside the prediction
 * @param columns of the prediction
 * @param badRows what becomes of rows that cannot be used
 * @param tally counts rows and time, or null
 */
@SuppressWarnings("ArrayRecordComponent") // handed on once, never compared
record RowScoring(
        String description,
        Broadcast<float[]> parameters,
        int batchSize,
        RowFeatures features,
        double scale,
        int[] kept,
        OutputColumns columns,
        BadRows badRows,
        @Nullable ScoringTally tally)
        implements MapPartitionsFunction<Row, Row> {
    private static final long serialVersionUID = 1L;

    @Override
    public Iterator<Row> call(Iterator<Row> rows) {
        if (!rows.hasNext()) {
            return rows;
        }
        TaskContext task = TaskContext.get();
        ModelScorer scorer = ModelScorer.of(description, parameters.value(), batchSize, task.cpus());
        // Whoever asks for the rows may stop asking before the last.
        task.addTaskCompletionListener((TaskCompletionListener) ended -> scorer.close());
        return new ScoredRows(this, rows, scorer);
    }
}
