package dev.lockstep.bench.engine;

import dev.lockstep.bench.BenchmarkData;
import dev.lockstep.bench.Contender;
import dev.lockstep.bench.Workload;
import dev.lockstep.core.checkpoint.CheckpointManager;
import dev.lockstep.core.checkpoint.LocalCheckpointStorage;
import dev.lockstep.core.collective.AttemptEndedException;
import dev.lockstep.core.config.JobConfig;
import dev.lockstep.core.data.PackedDataset;
import dev.lockstep.core.model.ModelReplica;
import dev.lockstep.core.model.ModelReplicas;
import dev.lockstep.core.model.NetworkPlan;
import dev.lockstep.core.train.Trainer;
import dev.lockstep.core.train.TrainingData;
import dev.lockstep.core.train.TrainingSetup;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Lockstep with one worker: its {@link Trainer} as every worker runs it, with one thread, reading packed samples. What
 * is timed is whole epochs, their order of samples and their events included.
 */
public final class TrainerContender implements Contender {
    private static final double WARM_UP_NANOSECONDS = 4e9;
    private static final int THREADS = 1;

    private final EpochGate gate = new EpochGate();
    private final ModelReplica replica;
    private final PackedDataset samples;
    private final CheckpointManager checkpoints;
    private final Thread trainer;
    private final int stepsPerEpoch;

    /**
     * A trainer that waits for its first epoch.
     *
     * @throws dev.lockstep.core.error.LockstepException when Lockstep does not know the network
     */
    public TrainerContender(Workload workload, BenchmarkData data) {
        JobConfig job = workload.job(data.directory(), List.of("training.epochs=1000000000"));
        samples = data.pack();
        NetworkPlan plan = NetworkPlan.of(
                job.model(), samples.featureShape(), job.training().loss());
        replica = ModelReplicas.create(plan, Trainer.batchCapacity(job, 1), THREADS);
        checkpoints = new CheckpointManager(storage(), job.checkpoint(), () -> 1L, "benchmark", event -> {});
        stepsPerEpoch = samples.sampleCount() / workload.batchSize();
        int[] all = IntStream.range(0, samples.sampleCount()).toArray();
        TrainingSetup setup =
                new TrainingSetup(job, new TrainingData(samples, all, new int[0], null), replica, gate, checkpoints);
        trainer = new Thread(() -> train(setup), "trainer");
        trainer.start();
    }

    private static LocalCheckpointStorage storage() {
        try {
            Path directory = Files.createTempDirectory("lockstep-bench-checkpoints");
            directory.toFile().deleteOnExit();
            return new LocalCheckpointStorage(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void train(TrainingSetup setup) {
        try {
            new Trainer(setup).run();
        } catch (AttemptEndedException ended) {
            // As asked.
        } catch (RuntimeException failure) {
            failure.printStackTrace();
            try {
                gate.fail();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public String prepare() {
        long started = System.nanoTime();
        while (System.nanoTime() - started < WARM_UP_NANOSECONDS) {
            rate(1);
        }
        return replica.description();
    }

    @Override
    public double rate(int steps) {
        double seconds = 0;
        long samplesDone = 0;
        try {
            for (int done = 0; done < steps; done += stepsPerEpoch) {
                seconds += gate.nextEpoch();
                samplesDone += samples.sampleCount();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted in the middle of a round", e);
        }
        return samplesDone / seconds;
    }

    @Override
    public void close() {
        try {
            gate.end();
            trainer.join();
            checkpoints.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        replica.close();
        samples.close();
    }
}
