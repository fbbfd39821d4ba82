package dev.lockstep.spark.dl4j;

import dev.lockstep.core.config.JobConfig;
import dev.lockstep.core.config.KeptJob;
import dev.lockstep.core.model.NetworkPlan;
import dev.lockstep.core.model.dl4j.Dl4jTraining;
import dev.lockstep.core.model.dl4j.NativeRuntime;
import dev.lockstep.core.random.CounterRandom;
import dev.lockstep.core.sync.Dl4jSparkSync;
import dev.lockstep.core.sync.StopOnDivergence;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.spark.api.RDDTrainingApproach;
import org.deeplearning4j.spark.impl.multilayer.SparkDl4jMultiLayer;
import org.deeplearning4j.spark.impl.paramavg.ParameterAveragingTrainingMaster;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;

/**
 * A job trained by DL4J Spark's {@code ParameterAveragingTrainingMaster}, an epoch at a time.
 *
 * <p>DL4J cuts the epoch's minibatches at random into rounds of {@code workers * every}, distributes each round anew and
 * averages parameters and updater state after it, every worker with the same weight. State passes in and out as flat
 * arrays; the parameters have the layout of {@link NetworkPlan}.
 */
public final class ParameterAveragingMaster {
    /**
     * What an epoch came to.
     *
     * @param samples that the workers used
     * @param lossSum over these samples, penalties included
     * @param seconds of the training alone
     */
    public record Epoch(long samples, double lossSum, double seconds) {}

    private final JavaSparkContext spark;
    private final JobConfig job;
    private final NetworkPlan plan;
    private final String dataDirectory;
    private final int workers;
    private final int trainSamples;
    private final int every;
    private final int chunkSize;
    private final int threads;

    /**
     * @param plan of the job, without {@link #objections}
     * @param dataDirectory URI of the packed samples
     * @param trainSamples how many of them are trained with
     */
    public ParameterAveragingMaster(
            JavaSparkContext spark,
            JobConfig job,
            NetworkPlan plan,
            String dataDirectory,
            int workers,
            int trainSamples) {
        this.spark = spark;
        this.job = job;
        this.plan = plan;
        this.dataDirectory = dataDirectory;
        this.workers = workers;
        this.trainSamples = trainSamples;
        this.every = ((Dl4jSparkSync) job.cluster().sync()).every();
        this.chunkSize = job.training().batchSize() / workers;
        this.threads = spark.getConf().getInt("spark.task.cpus", 1);
        NativeRuntime.pin(threads);
    }

    /** What of the job this mode cannot do, a sentence for each; empty when it can. */
    public static List<String> objections(JobConfig job, NetworkPlan plan, int workers) {
        List<String> objections =
                new ArrayList<>(Dl4jTraining.objections(plan, job.training().optimizer()));
        if (job.training().learningRateSchedule() != null) {
            objections.add("training.learning_rate_schedule: its steps are not those of the job; leave it out");
        }
        if (job.training().earlyStopping() != null) {
            objections.add("training.early_stopping: this mode trains all its epochs; leave it out");
        }
        if (job.checkpoint().best() != null) {
            objections.add("checkpoint.best: this mode keeps the last model only; leave it out");
        }
        if (job.training().clipNorm() != null) {
            objections.add(
                    "training.clip_norm: it clips each layer by itself, before penalties are added; leave it out");
        }
        if (job.training().clipValue() != null) {
            objections.add("training.clip_value: it clips before penalties are added; leave it out");
        }
        if (job.training().classWeights() != null) {
            objections.add("training.class_weights: it weighs outputs, not samples; remove them");
        }
        if (job.training().augmentation() != null) {
            objections.add("training.augmentation: it is given the images as they are; remove it");
        }
        if (job.data().weights() != null) {
            objections.add("data.weights: it weighs outputs, not samples; leave it out and ignore the column");
        }
        if (!(job.training().onDivergence() instanceof StopOnDivergence)) {
            objections.add("training.on_divergence: it applies the updates of an epoch before anybody can look at them;"
                    + " leave it out");
        }
        if (job.ledger()) {
            objections.add("ledger: it does not tell which samples a step has used; leave it out");
        }
        int batchSize = job.training().batchSize();
        if (batchSize % workers != 0) {
            int below = batchSize - batchSize % workers;
            objections.add("training.batch_size: every worker takes the same number of samples, and " + batchSize
                    + " does not divide by " + workers + " workers; use " + (below > 0 ? below + " or " : "")
                    + (below + workers));
        }
        return objections;
    }

    /**
     * Trains one epoch. The arrays are changed when it has succeeded, and not before.
     *
     * @param epoch from 0
     * @param parameters the flat vector
     * @param updaterState DL4J's own, from index 0 on; what the updater does not need stays as it is
     */
    public Epoch train(int epoch, float[] parameters, float[] updaterState) {
        MultiLayerNetwork network = network(epoch, parameters, updaterState);
        StepLedger ledger = new StepLedger(spark.sc());
        SparkDl4jMultiLayer trained = new SparkDl4jMultiLayer(spark, network, master(epoch, ledger));
        JavaRDD<DataSet> dataSets = dataSets(epoch);
        long started = System.nanoTime();
        double seconds;
        try {
            trained.fit(dataSets);
            seconds = (System.nanoTime() - started) / 1e9;
        } finally {
            // DL4J keeps what it is given and never lets it go.
            dataSets.unpersist();
        }
        float[] updated = Dl4jTraining.values(network.params());
        INDArray state = network.getUpdater().getStateViewArray();
        System.arraycopy(updated, 0, parameters, 0, parameters.length);
        if (state != null) {
            float[] values = Dl4jTraining.values(state);
            System.arraycopy(values, 0, updaterState, 0, values.length);
        }
        network.close();
        return new Epoch(ledger.samples(), ledger.lossSum(), seconds);
    }

    private MultiLayerNetwork network(int epoch, float[] parameters, float[] updaterState) {
        MultiLayerNetwork network = new MultiLayerNetwork(
                Dl4jTraining.configuration(plan, job.training().optimizer(), job.seed()));
        network.init(Dl4jTraining.matrix(parameters, 1), false);
        network.setIterationCount(Math.multiplyExact(epoch, every * rounds()));
        network.setEpochCount(epoch);
        INDArray state = network.getUpdater().getStateViewArray();
        if (state != null) {
            float[] values = Arrays.copyOf(updaterState, Math.toIntExact(state.length()));
            network.getUpdater().setStateViewArray(network, Dl4jTraining.matrix(values, 1), false);
        }
        return network;
    }

    private ParameterAveragingTrainingMaster master(int epoch, StepLedger ledger) {
        return new ParameterAveragingTrainingMaster.Builder(workers, chunkSize)
                .batchSizePerWorker(chunkSize)
                .averagingFrequency(every)
                .rddTrainingApproach(RDDTrainingApproach.Direct)
                .saveUpdater(true)
                .rngSeed(CounterRandom.key(CounterRandom.key(job.seed(), "dl4j_spark"), epoch))
                .trainingHooks(ledger)
                .build();
    }

    private JavaRDD<DataSet> dataSets(int epoch) {
        List<Integer> chunks = IntStream.range(0, chunks()).boxed().toList();
        return spark.parallelize(new ArrayList<>(chunks), workers)
                .mapPartitions(new DataSetChunks(
                        KeptJob.json(job, System.getenv()).toString(), dataDirectory, epoch, chunkSize, threads));
    }

    private int chunks() {
        return (trainSamples + chunkSize - 1) / chunkSize;
    }

    /** How many times DL4J averages in an epoch: it rounds down. Each counts as {@code every} iterations. */
    private int rounds() {
        return Math.max(1, chunks() / (workers * every));
    }
}
