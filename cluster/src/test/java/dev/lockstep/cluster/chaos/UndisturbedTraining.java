package dev.lockstep.cluster.chaos;

import dev.lockstep.core.checkpoint.CheckpointManager;
import dev.lockstep.core.checkpoint.LocalCheckpointStorage;
import dev.lockstep.core.collective.LocalCoordinator;
import dev.lockstep.core.collective.Membership;
import dev.lockstep.core.collective.RunObserver;
import dev.lockstep.core.config.JobConfig;
import dev.lockstep.core.model.ModelReplica;
import dev.lockstep.core.model.ModelReplicas;
import dev.lockstep.core.model.NetworkPlan;
import dev.lockstep.core.train.Trainer;
import dev.lockstep.core.train.TrainingData;
import dev.lockstep.core.train.TrainingSetup;
import dev.lockstep.core.train.WorkerReplicas;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The same training with nothing in between: threads that meet in memory, no sockets, no faults. */
final class UndisturbedTraining {
    private static final Duration DEADLINE = Duration.ofSeconds(60);

    private static final RunObserver NOBODY = new RunObserver() {
        @Override
        public void published(int rank, String eventJson) {}

        @Override
        public void generationFormed(long number, long sourceStep, String reason) {}

        @Override
        public void memberLost(int rank, String why) {}
    };

    private UndisturbedTraining() {}

    /** The hash that every rank ends with. */
    static String parametersSha256(ChaosScenario scenario) throws InterruptedException, IOException {
        ExecutorService threads = Executors.newFixedThreadPool(scenario.workers());
        try (LocalCoordinator coordinator =
                new LocalCoordinator(UUID.randomUUID().toString(), scenario.workers(), DEADLINE, DEADLINE, NOBODY)) {
            List<Future<String>> hashes = new ArrayList<>();
            for (int rank = 0; rank < scenario.workers(); rank++) {
                int own = rank;
                hashes.add(threads.submit(() -> work(scenario, coordinator.address(), own)));
            }
            String hash = "";
            for (Future<String> each : hashes) {
                hash = each.get(DEADLINE.toSeconds(), TimeUnit.SECONDS);
            }
            return hash;
        } catch (ExecutionException | TimeoutException failure) {
            throw new IOException("the undisturbed training failed", failure);
        } finally {
            threads.shutdownNow();
        }
    }

    private static String work(ChaosScenario scenario, String address, int rank) throws IOException {
        JobConfig job = scenario.job();
        TrainingData data = ChaosScenario.data();
        NetworkPlan plan = ChaosScenario.network(job, data);
        try (Membership membership = LocalCoordinator.member(address, rank);
                ModelReplica replica = WorkerReplicas.create(
                        job, scenario.workers(), capacity -> ModelReplicas.create(plan, capacity, 1));
                CheckpointManager checkpoints = new CheckpointManager(
                        new LocalCheckpointStorage(Files.createTempDirectory("undisturbed")),
                        job.checkpoint(),
                        () -> 1L,
                        "undisturbed",
                        event -> {})) {
            return String.valueOf(new Trainer(new TrainingSetup(job, data, replica, membership, checkpoints))
                    .run()
                    .parametersSha256());
        }
    }
}
