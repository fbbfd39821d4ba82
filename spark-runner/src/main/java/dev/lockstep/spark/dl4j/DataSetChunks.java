package dev.lockstep.spark.dl4j;

import dev.lockstep.core.config.JobConfig;
import dev.lockstep.core.config.JobFile;
import dev.lockstep.core.data.MiniBatch;
import dev.lockstep.core.data.PackedDataset;
import dev.lockstep.core.data.PackedManifest;
import dev.lockstep.core.data.ShardPlan;
import dev.lockstep.core.model.NetworkPlan;
import dev.lockstep.core.model.dl4j.Dl4jTraining;
import dev.lockstep.core.model.dl4j.NativeRuntime;
import dev.lockstep.spark.data.DatasetRole;
import dev.lockstep.spark.data.HadoopFiles;
import dev.lockstep.spark.data.PreparedData;
import dev.lockstep.spark.data.WorkerData;
import java.util.Collections;
import java.util.Iterator;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.nd4j.linalg.dataset.DataSet;

/**
 * Makes DL4J's data sets on the executors: chunk c holds the c-th run of {@code chunkSize} samples in Lockstep's order
 * of the epoch, so that the slices of the global batches and the chunks are the same.
 *
 * @param jobJson the resolved job
 * @param dataDirectory packed samples
 * @param epoch from 0
 * @param chunkSize samples a chunk; the last one may have fewer
 * @param threads compute threads of a task
 */
record DataSetChunks(String jobJson, String dataDirectory, int epoch, int chunkSize, int threads)
        implements FlatMapFunction<Iterator<Integer>, DataSet> {
    private static final long serialVersionUID = 1L;

    @Override
    public Iterator<DataSet> call(Iterator<Integer> chunks) {
        if (!chunks.hasNext()) {
            return Collections.emptyIterator();
        }
        NativeRuntime.pin(threads);
        JobConfig job = JobFile.fromJson(jobJson);
        Configuration configuration = HadoopFiles.configuration();
        Path directory = new Path(dataDirectory);
        PackedManifest manifest = PreparedData.manifest(directory, DatasetRole.TRAIN, configuration);
        NetworkPlan plan = WorkerData.network(job, manifest);
        PackedDataset samples = WorkerData.open(job, plan, directory, DatasetRole.TRAIN, manifest, configuration);
        int[] order = new ShardPlan(
                        job.seed(),
                        WorkerData.split(job, samples, manifest).trainIndices(),
                        job.training().batchSize(),
                        1)
                .order(epoch);
        int classes = Dl4jTraining.wantsOneHot(plan) ? plan.outputShape().size() : 0;
        Iterable<Integer> numbers = () -> chunks;
        Stream<DataSet> dataSets = StreamSupport.stream(numbers.spliterator(), false)
                .map(chunk -> dataSet(samples, order, chunk * chunkSize, classes));
        return dataSets.iterator();
    }

    private DataSet dataSet(PackedDataset samples, int[] order, int from, int classes) {
        int to = Math.min(order.length, from + chunkSize);
        MiniBatch batch = new MiniBatch(to - from, samples.featureShape().size(), samples.labelWidth());
        samples.read(order, from, to, batch);
        float[] labels = classes > 0 ? oneHot(batch, classes) : batch.labels();
        return new DataSet(
                Dl4jTraining.matrix(batch.features(), batch.size()), Dl4jTraining.matrix(labels, batch.size()));
    }

    private static float[] oneHot(MiniBatch batch, int classes) {
        float[] vectors = new float[batch.size() * classes];
        for (int row = 0; row < batch.size(); row++) {
            vectors[row * classes + (int) batch.labels()[row]] = 1;
        }
        return vectors;
    }
}
