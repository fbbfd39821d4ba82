package dev.lockstep.spark;

import dev.lockstep.core.config.JobConfig;
import dev.lockstep.core.config.JobFile;
import dev.lockstep.core.data.PackedManifest;
import dev.lockstep.core.data.SampleSource;
import dev.lockstep.core.data.Slice;
import dev.lockstep.core.evaluation.EvaluationPart;
import dev.lockstep.core.evaluation.EvaluationResult;
import dev.lockstep.core.evaluation.EvaluationScope;
import dev.lockstep.core.evaluation.EvaluationTotals;
import dev.lockstep.core.evaluation.Metric;
import dev.lockstep.core.model.ModelReplica;
import dev.lockstep.core.model.ModelReplicas;
import dev.lockstep.core.model.NetworkPlan;
import dev.lockstep.core.train.Evaluator;
import dev.lockstep.core.train.TrainingData;
import dev.lockstep.spark.data.DatasetRole;
import dev.lockstep.spark.data.HadoopFiles;
import dev.lockstep.spark.data.PreparedData;
import dev.lockstep.spark.data.WorkerData;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.broadcast.Broadcast;

/**
 * Evaluates parameters that the driver holds: each task takes its contiguous piece and gives counts and sums.
 *
 * @param parameters the flat vector
 * @param jobJson the resolved job
 * @param dataDirectory packed samples
 * @param hasTest whether there are test samples
 * @param role TRAIN for the validation samples, TEST for the test samples
 * @param pieces how many there are
 * @param threads compute threads of a task
 */
record EvaluationTask(
        Broadcast<float[]> parameters,
        String jobJson,
        String dataDirectory,
        boolean hasTest,
        DatasetRole role,
        int pieces,
        int threads)
        implements Function<Integer, byte[]> {
    private static final long serialVersionUID = 1L;
    private static final int BATCH_SIZE = 256;

    @Override
    public byte[] call(Integer piece) {
        JobConfig job = JobFile.fromJson(jobJson);
        Configuration configuration = HadoopFiles.configuration();
        Path directory = new Path(dataDirectory);
        PackedManifest manifest = PreparedData.manifest(directory, DatasetRole.TRAIN, configuration);
        NetworkPlan plan = WorkerData.network(job, manifest);
        try (TrainingData data = WorkerData.open(job, plan, directory, manifest, hasTest, configuration);
                ModelReplica replica = ModelReplicas.create(plan, BATCH_SIZE, threads)) {
            System.arraycopy(parameters.value(), 0, replica.parameters(), 0, plan.parameterCount());
            boolean test = role == DatasetRole.TEST;
            SampleSource samples = test ? Objects.requireNonNull(data.test()) : data.samples();
            int[] indices = test ? Evaluator.all(samples.sampleCount()) : data.validationIndices();
            Slice slice = Slice.of(0, indices.length, pieces, piece);
            Evaluator evaluator =
                    new Evaluator(replica, BATCH_SIZE, job.training().metrics());
            return EvaluationPart.of(evaluator.evaluate(samples, indices, slice.from(), slice.to(), scope()))
                    .toBytes();
        }
    }

    private EvaluationScope scope() {
        return role == DatasetRole.TEST ? EvaluationScope.TEST : EvaluationScope.VALIDATION;
    }

    /** Runs all pieces and adds them up in their order. */
    EvaluationResult run(JavaSparkContext spark, NetworkPlan plan) {
        List<Integer> numbers =
                new ArrayList<>(IntStream.range(0, pieces).boxed().toList());
        List<Metric> metrics = JobFile.fromJson(jobJson).training().metrics();
        return total(
                plan,
                metrics,
                scope(),
                spark.parallelize(numbers, pieces).map(this).collect());
    }

    /** What all pieces together say. */
    static EvaluationResult total(NetworkPlan plan, List<Metric> metrics, EvaluationScope scope, List<byte[]> parts) {
        EvaluationTotals totals = EvaluationTotals.of(plan, metrics, scope);
        parts.forEach(part -> totals.add(EvaluationPart.read(part)));
        return totals.result();
    }
}
