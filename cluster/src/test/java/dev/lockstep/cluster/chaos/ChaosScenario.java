package dev.lockstep.cluster.chaos;

import dev.lockstep.cluster.transport.DataTransport;
import dev.lockstep.core.config.JobConfig;
import dev.lockstep.core.config.JobFile;
import dev.lockstep.core.data.InMemorySamples;
import dev.lockstep.core.data.Shape;
import dev.lockstep.core.fault.FaultGround;
import dev.lockstep.core.model.NetworkPlan;
import dev.lockstep.core.random.CounterRandom;
import dev.lockstep.core.train.TrainingData;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * The training that things go wrong in: small, and of every kind.
 *
 * @param workers how many
 * @param averaging whether parameters are averaged every third step; else gradients are shared
 * @param rich whether the network is the wide one with batch normalization, Adam, a plateau schedule and early stopping
 * @param encrypt whether frames are encrypted
 * @param sharedMemory whether ranks exchange through memory; then the network between them cannot be disturbed
 * @param checkpointEvery as in a job file
 * @param replacesEvicted whether the process of an evicted worker is killed; else it lives on
 * @param orphansLive whether workers outlive a dead driver for a while
 */
record ChaosScenario(
        int workers,
        boolean averaging,
        boolean rich,
        boolean encrypt,
        boolean sharedMemory,
        String checkpointEvery,
        boolean replacesEvicted,
        boolean orphansLive) {
    static final double STALL_SECONDS = 1.5;
    static final double JOIN_SECONDS = 6;
    private static final int FEATURES = 12;
    private static final int CLASSES = 4;
    private static final int TRAIN = 96;
    private static final int VALIDATION = 23;
    private static final int EPOCHS = 3;
    private static final int BATCH = 16;

    /** state.json, two to four vectors and the manifest: created and closed each; then the rename. */
    private static final int WRITES = 9;

    /** The scenario of a run in a series. */
    static ChaosScenario draw(long seed, int run) {
        SplittableRandom random = new SplittableRandom(seed * 7_368_787 + run);
        return new ChaosScenario(
                2 + random.nextInt(3),
                random.nextInt(3) == 0,
                random.nextBoolean(),
                random.nextBoolean(),
                random.nextInt(4) == 0,
                List.of("4 steps", "1 epoch", "1000 epochs").get(random.nextInt(3)),
                random.nextBoolean(),
                random.nextBoolean());
    }

    /** What decides the bits; all else must not. */
    String mathematics() {
        return workers + (averaging ? " averaging" : " sharing") + (rich ? " rich" : " plain");
    }

    FaultGround ground() {
        long steps = (long) EPOCHS * ((TRAIN + BATCH - 1) / BATCH);
        return new FaultGround(workers, steps, (int) (1_000 * STALL_SECONDS), WRITES, !sharedMemory);
    }

    DataTransport transport() {
        return new DataTransport(encrypt, sharedMemory);
    }

    JobConfig job() {
        return JobFile.read(
                """
                name: chaos
                seed: 11
                data: {format: idx, directory: unused, validation: {split: 0.1}}
                model:
                  layers:
                """
                        + (rich
                                ? """
                                    - dense: {units: 700, activation: relu}
                                    - batch_normalization
                                    - dense: {units: 4, activation: softmax}
                                training:
                                  loss: sparse_categorical_crossentropy
                                  optimizer: {adam: {learning_rate: 0.01}}
                                  learning_rate_schedule: {reduce_on_plateau: {patience: 1, factor: 0.5, min_delta: 0.5}}
                                  early_stopping: {patience: 50, restore_best: true}
                                """
                                : """
                                    - dense: {units: 9, activation: tanh}
                                    - dropout: {rate: 0.2}
                                    - dense: {units: 4, activation: softmax}
                                training:
                                  loss: sparse_categorical_crossentropy
                                  optimizer: {momentum: {learning_rate: 0.05}}
                                """)
                        + """
                          batch_size: %d
                          epochs: %d
                          metrics: [accuracy]
                        cluster:
                          sync: %s
                          stall_seconds: %s
                          join_seconds: %s
                        checkpoint: {every: %s, keep: 2}
                        """
                                .formatted(
                                        BATCH,
                                        EPOCHS,
                                        averaging ? "{parameter_averaging: {every: 3}}" : "gradient_sharing",
                                        STALL_SECONDS,
                                        JOIN_SECONDS,
                                        checkpointEvery),
                "chaos.yaml",
                List.of(),
                Map.of());
    }

    static TrainingData data() {
        int count = TRAIN + VALIDATION;
        float[] features = new float[count * FEATURES];
        float[] labels = new float[count];
        for (int i = 0; i < count; i++) {
            long key = CounterRandom.key(5, i);
            labels[i] = CounterRandom.below(key, 1_000, CLASSES);
            for (int j = 0; j < FEATURES; j++) {
                features[i * FEATURES + j] =
                        (float) (CounterRandom.normal(key, j) + (j % CLASSES == (int) labels[i] ? 1 : 0));
            }
        }
        InMemorySamples samples = new InMemorySamples(Shape.of(FEATURES), 1, features, labels);
        return new TrainingData(
                samples,
                IntStream.range(0, TRAIN).toArray(),
                IntStream.range(TRAIN, count).toArray(),
                samples);
    }

    static NetworkPlan network(JobConfig job, TrainingData data) {
        return NetworkPlan.of(
                job.model(), data.samples().featureShape(), job.training().loss());
    }
}
