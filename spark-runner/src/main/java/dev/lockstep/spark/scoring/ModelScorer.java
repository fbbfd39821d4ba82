package dev.lockstep.spark.scoring;

import dev.lockstep.core.data.MiniBatch;
import dev.lockstep.core.model.ModelReplica;
import dev.lockstep.core.model.ModelReplicas;
import dev.lockstep.core.model.NetworkPlan;
import dev.lockstep.spark.TrainedModel;

/**
 * Scores rows of features with a trained model. It has a replica and its buffers of its own: make one in a task, use it
 * for all of the task's rows, close it. Not thread-safe.
 *
 * <pre>{@code
 * // on the driver: two things that travel well in a closure or a broadcast
 * TrainedModel model = TrainedModel.load("runs/iris", configuration);
 * String description = model.description();
 * float[] parameters = model.parameters();
 *
 * // in a task
 * try (ModelScorer scorer = ModelScorer.of(description, parameters, 256, TaskContext.get().cpus())) {
 *     float[] features = new float[rows * scorer.inputs()]; // row by row
 *     float[] outputs = scorer.score(features, rows);       // row by row, rows * scorer.outputs() values
 * }
 * }</pre>
 *
 * <p>Features are what the network takes: after the preprocessing of the job and the division by its {@code data.scale}.
 * Outputs are what the last layer gives: probabilities behind a softmax or a sigmoid, logits where the loss takes them
 * ({@code from_logits}), the quantities themselves for regression. {@link Predictions} makes classes and probabilities of
 * them in every case.
 */
public final class ModelScorer implements AutoCloseable {
    /** Rows that are computed together where nobody asks for another number. */
    public static final int DEFAULT_BATCH_SIZE = 256;

    private final ModelReplica replica;
    private final MiniBatch batch;
    private final int inputs;
    private final int outputs;
    private float[] gathered = new float[0];

    private ModelScorer(ModelReplica replica, int batchSize) {
        this.replica = replica;
        this.inputs = replica.plan().inputShape().size();
        this.outputs = replica.plan().outputShape().size();
        this.batch = new MiniBatch(batchSize, inputs, 1);
    }

    /**
     * A scorer of a loaded model.
     *
     * @param batchSize the most rows that are computed together
     * @param threads compute threads; {@code spark.task.cpus} in a task
     */
    public static ModelScorer of(TrainedModel model, int batchSize, int threads) {
        return of(model.network(), model.parameters(), batchSize, threads);
    }

    /** The same of a model that travelled as {@link TrainedModel#description} and its parameters. */
    public static ModelScorer of(String description, float[] parameters, int batchSize, int threads) {
        return of(TrainedModel.of(description, parameters), batchSize, threads);
    }

    /** The same of a network and its flat parameter vector, which is copied. */
    public static ModelScorer of(NetworkPlan network, float[] parameters, int batchSize, int threads) {
        if (parameters.length != network.parameterCount()) {
            throw new IllegalArgumentException(
                    "the layers have " + network.parameterCount() + " parameters, found " + parameters.length);
        }
        ModelReplica replica = ModelReplicas.create(network, batchSize, threads);
        System.arraycopy(parameters, 0, replica.parameters(), 0, parameters.length);
        return new ModelScorer(replica, batchSize);
    }

    /** Features of a row. */
    public int inputs() {
        return inputs;
    }

    /** Outputs of a row. */
    public int outputs() {
        return outputs;
    }

    /** The most rows that are computed together. */
    public int batchSize() {
        return batch.capacity();
    }

    /** The network. */
    public NetworkPlan network() {
        return replica.plan();
    }

    /**
     * Scores rows; more than {@link #batchSize} are computed batch by batch.
     *
     * @param features row by row, at least {@code rows * inputs()} values
     * @param rows how many
     * @return row by row, {@code rows * outputs()} valid values; the array is overwritten by the next call
     */
    public float[] score(float[] features, int rows) {
        if (rows < 0 || features.length < (long) rows * inputs) {
            throw new IllegalArgumentException(
                    rows + " rows of " + inputs + " features are more than " + features.length + " values");
        }
        if (rows <= batch.capacity()) {
            return compute(features, 0, rows);
        }
        int needed = Math.multiplyExact(rows, outputs);
        if (gathered.length < needed) {
            gathered = new float[needed];
        }
        for (int from = 0; from < rows; from += batch.capacity()) {
            int count = Math.min(batch.capacity(), rows - from);
            System.arraycopy(compute(features, from, count), 0, gathered, from * outputs, count * outputs);
        }
        return gathered;
    }

    private float[] compute(float[] features, int from, int count) {
        batch.resize(count);
        System.arraycopy(features, from * inputs, batch.features(), 0, count * inputs);
        return scoreBatch();
    }

    /** The batch that {@link #scoreBatch} computes, for readers that fill it themselves. */
    MiniBatch batch() {
        return batch;
    }

    /** Scores what {@link #batch} holds. */
    float[] scoreBatch() {
        if (batch.size() > 0) {
            replica.predict(batch);
        }
        return replica.outputs();
    }

    @Override
    public void close() {
        replica.close();
    }
}
