package dev.lockstep.spark;

import dev.lockstep.core.config.JobConfig;
import dev.lockstep.core.config.JobFile;
import dev.lockstep.core.data.MiniBatch;
import dev.lockstep.core.data.SampleSource;
import dev.lockstep.core.data.Slice;
import dev.lockstep.core.evaluation.EvaluationPart;
import dev.lockstep.core.evaluation.EvaluationScope;
import dev.lockstep.core.evaluation.EvaluationTotals;
import dev.lockstep.core.evaluation.Metric;
import dev.lockstep.core.model.ModelReplica;
import dev.lockstep.core.train.Evaluator;
import dev.lockstep.spark.data.HadoopFiles;
import dev.lockstep.spark.data.WorkerData;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Iterator;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.jspecify.annotations.Nullable;

/**
 * What one task of an evaluation or a prediction does: its contiguous piece of the test samples.
 *
 * @param modelLocation the model directory
 * @param jobJson job with the data at hand
 * @param dataDirectory packed samples
 * @param piece which one, from 0
 * @param pieces how many there are
 */
record ModelTask(String modelLocation, String jobJson, String dataDirectory, int piece, int pieces)
        implements Serializable {
    private static final int BATCH_SIZE = 256;

    /** What a piece is computed with. */
    @FunctionalInterface
    private interface Use<T> {
        T with(ModelReplica replica, SampleSource samples, Slice slice, @Nullable List<String> classNames);
    }

    private <T> T use(Use<T> use) {
        Configuration configuration = HadoopFiles.configuration();
        TrainedModel model = TrainedModel.load(modelLocation, configuration);
        JobConfig job = JobFile.fromJson(jobJson);
        Path directory = new Path(dataDirectory);
        try (ModelReplica replica = model.replica(BATCH_SIZE, 1);
                SampleSource samples = WorkerData.openTest(job, model.network(), directory, configuration)) {
            Slice slice = Slice.of(0, samples.sampleCount(), pieces, piece);
            return use.with(replica, samples, slice, model.classNames());
        }
    }

    /** The counts and sums of the piece, for {@link #part}. */
    String evaluate() {
        List<Metric> metrics = JobFile.fromJson(jobJson).training().metrics();
        EvaluationTotals totals = use((replica, samples, slice, names) -> new Evaluator(replica, BATCH_SIZE, metrics)
                .evaluate(
                        samples, Evaluator.all(samples.sampleCount()), slice.from(), slice.to(), EvaluationScope.TEST));
        return Base64.getEncoder().encodeToString(EvaluationPart.of(totals).toBytes());
    }

    /** Reads what {@link #evaluate} gives, to the bit. */
    static byte[] part(String text) {
        return Base64.getDecoder().decode(text);
    }

    /** A row for each sample of the piece: index, prediction, outputs. */
    Iterator<Row> predict() {
        return use((replica, samples, slice, names) -> {
            int[] indices = Evaluator.all(samples.sampleCount());
            MiniBatch batch = new MiniBatch(BATCH_SIZE, samples.featureShape().size(), samples.labelWidth());
            List<Row> rows = new ArrayList<>(slice.size());
            for (int start = slice.from(); start < slice.to(); start += BATCH_SIZE) {
                samples.read(indices, start, Math.min(slice.to(), start + BATCH_SIZE), batch);
                replica.predict(batch);
                addRows(batch, replica, names, rows);
            }
            return rows.iterator();
        });
    }

    private static void addRows(MiniBatch batch, ModelReplica replica, @Nullable List<String> names, List<Row> rows) {
        int outputs = replica.plan().outputShape().size();
        double threshold = replica.plan().loss().threshold();
        for (int row = 0; row < batch.size(); row++) {
            float[] values = Arrays.copyOfRange(replica.outputs(), row * outputs, (row + 1) * outputs);
            int best = 0;
            for (int i = 1; i < outputs; i++) {
                best = values[i] > values[best] ? i : best;
            }
            List<Object> cells = new ArrayList<>();
            cells.add((long) batch.sampleIndices()[row]);
            cells.add(outputs == 1 ? values[0] : (float) best);
            if (names != null) {
                cells.add(names.get(outputs > 1 ? best : values[0] > threshold ? 1 : 0));
            }
            for (float value : values) {
                cells.add(value);
            }
            rows.add(RowFactory.create(cells.toArray()));
        }
    }
}
