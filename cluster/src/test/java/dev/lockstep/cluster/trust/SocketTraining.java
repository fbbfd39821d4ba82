package dev.lockstep.cluster.trust;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.cluster.membership.Coordinator;
import dev.lockstep.cluster.membership.DataAddress;
import dev.lockstep.cluster.membership.Member;
import dev.lockstep.cluster.membership.MembershipSettings;
import dev.lockstep.cluster.membership.RunSecret;
import dev.lockstep.cluster.transport.DataTransport;
import dev.lockstep.core.checkpoint.CheckpointManager;
import dev.lockstep.core.checkpoint.LocalCheckpointStorage;
import dev.lockstep.core.collective.AttemptEndedException;
import dev.lockstep.core.collective.ProcessGroup;
import dev.lockstep.core.collective.RunObserver;
import dev.lockstep.core.config.JobConfig;
import dev.lockstep.core.config.JobFile;
import dev.lockstep.core.data.InMemorySamples;
import dev.lockstep.core.data.Shape;
import dev.lockstep.core.ledger.SampleLedger;
import dev.lockstep.core.model.ModelReplica;
import dev.lockstep.core.model.ModelReplicas;
import dev.lockstep.core.model.NetworkPlan;
import dev.lockstep.core.random.CounterRandom;
import dev.lockstep.core.train.InitialParameters;
import dev.lockstep.core.train.Trainer;
import dev.lockstep.core.train.TrainingData;
import dev.lockstep.core.train.TrainingOutcome;
import dev.lockstep.core.train.TrainingSetup;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/**
 * A whole training whose workers are threads of this JVM and meet, exchange and are watched over real sockets: each
 * through a proxy on its way to the coordinator and one before its data port. An evicted worker is replaced, as Spark
 * does; the old one lives on, as a process that was cut off.
 */
final class SocketTraining implements AutoCloseable {
    private static final int FEATURES = 12;
    private static final int CLASSES = 4;
    private static final int SAMPLES = 300;
    private static final long DEADLINE_SECONDS = 90;
    private static final String HOST = "127.0.0.1";
    private static final String PROXY_HOST = "127.0.0.2";

    private final JobConfig job;
    private final int workers;
    private final Path checkpoints;
    private final DataTransport transport;
    private final double stallSeconds;
    private final double joinSeconds;
    private final RunSecret secret = RunSecret.random();
    private final List<String> events = new CopyOnWriteArrayList<>();
    private final List<String> ended = new CopyOnWriteArrayList<>();
    private final List<CompletableFuture<TrainingOutcome>> outcomes = new ArrayList<>();
    private final List<RelayingProxy> controlProxies = new ArrayList<>();
    private final List<RelayingProxy> dataProxies = new ArrayList<>();
    private final AtomicLong steps = new AtomicLong();
    private final AtomicLong lastStepOfRankZero = new AtomicLong();
    private Runnable beforeStep = () -> {};
    private boolean replacing = true;
    private UnaryOperator<ProcessGroup> wrapper = group -> group;
    private InitialParameters initialParameters = InitialParameters.DRAWN;
    private final Coordinator coordinator;

    SocketTraining(int workers, int epochs, Path checkpoints, DataTransport transport, double stallSeconds) {
        this(workers, epochs, checkpoints, transport, stallSeconds, 60);
    }

    SocketTraining(
            int workers,
            int epochs,
            Path checkpoints,
            DataTransport transport,
            double stallSeconds,
            double joinSeconds) {
        this.job = job(epochs);
        this.workers = workers;
        this.checkpoints = checkpoints;
        this.transport = transport;
        this.stallSeconds = stallSeconds;
        this.joinSeconds = joinSeconds;
        coordinator = new Coordinator(settings(), new Watcher());
    }

    private static JobConfig job(int epochs) {
        return JobFile.read(
                """
                name: trust-test
                seed: 7
                data: {format: idx, directory: unused}
                model:
                  layers:
                    - dense: {units: 64, activation: relu}
                    - dense: {units: 4, activation: softmax}
                training:
                  loss: sparse_categorical_crossentropy
                  optimizer: {sgd: {learning_rate: 0.05, momentum: 0.9}}
                  batch_size: 30
                checkpoint: {every: 1000 epochs}
                """,
                "trust-test.yaml",
                List.of("training.epochs=" + epochs),
                Map.of());
    }

    private static TrainingData data() {
        float[] features = new float[SAMPLES * FEATURES];
        float[] labels = new float[SAMPLES];
        for (int i = 0; i < SAMPLES; i++) {
            long key = CounterRandom.key(7, i);
            labels[i] = CounterRandom.below(key, 1000, CLASSES);
            for (int j = 0; j < FEATURES; j++) {
                features[i * FEATURES + j] = (float) (labels[i] * (j % CLASSES) + CounterRandom.normal(key, j));
            }
        }
        return new TrainingData(
                new InMemorySamples(Shape.of(FEATURES), 1, features, labels),
                IntStream.range(0, SAMPLES).toArray(),
                new int[0],
                null);
    }

    MembershipSettings settings() {
        return new MembershipSettings(workers, secret, HOST, stallSeconds, joinSeconds, transport);
    }

    /** Seen by every worker at the beginning of each of its steps, before anything of it is exchanged. */
    SocketTraining beforeEachStep(Runnable action) {
        beforeStep = action;
        return this;
    }

    /** Nobody comes in the place of a worker that is evicted: there is no room for another executor. */
    SocketTraining withoutReplacements() {
        replacing = false;
        return this;
    }

    SocketTraining exchangingThrough(UnaryOperator<ProcessGroup> newWrapper) {
        wrapper = newWrapper;
        return this;
    }

    SocketTraining beginningWith(InitialParameters newParameters) {
        initialParameters = newParameters;
        return this;
    }

    /** Starts the workers. */
    SocketTraining start() throws IOException {
        for (int rank = 0; rank < workers; rank++) {
            controlProxies.add(RelayingProxy.before(HOST, coordinatorPort()));
            dataProxies.add(RelayingProxy.beforeFreePort(PROXY_HOST, HOST));
            outcomes.add(new CompletableFuture<>());
        }
        for (int rank = 0; rank < workers; rank++) {
            start(
                    rank,
                    0,
                    HOST + ":" + controlProxies.get(rank).port(),
                    new DataAddress(HOST, dataProxies.get(rank).port(), PROXY_HOST));
        }
        return this;
    }

    private void start(int rank, int life, String address, DataAddress dataAddress) {
        Thread thread = new Thread(() -> work(rank, life, address, dataAddress), "rank-" + rank + "-life-" + life);
        thread.setDaemon(true);
        thread.start();
    }

    private void work(int rank, int life, String address, DataAddress dataAddress) {
        TrainingData data = data();
        NetworkPlan plan = NetworkPlan.of(
                job.model(), data.samples().featureShape(), job.training().loss());
        try (Member member = Member.connect(address, rank, life, settings(), dataAddress);
                ModelReplica replica = ModelReplicas.create(plan, Trainer.batchCapacity(job, workers), 1);
                CheckpointManager manager = new CheckpointManager(
                        new LocalCheckpointStorage(checkpoints), job.checkpoint(), () -> 1L, "test", event -> {})) {
            Runnable counting = () -> {
                steps.incrementAndGet();
                if (rank == 0) {
                    lastStepOfRankZero.incrementAndGet();
                }
                beforeStep.run();
            };
            WatchedMembership watched = new WatchedMembership(member, counting, wrapper);
            TrainingOutcome outcome = new Trainer(new TrainingSetup(
                            job, data, replica, watched, manager, initialParameters, SampleLedger.NONE))
                    .run();
            outcomes.get(rank).complete(outcome);
        } catch (AttemptEndedException over) {
            ended.add("rank " + rank + " life " + life + ": " + over.getMessage());
        } catch (RuntimeException | Error failure) {
            outcomes.get(rank).completeExceptionally(failure);
        }
    }

    /** Does what the driver does: who was put out is replaced, by a worker elsewhere. */
    private final class Watcher implements RunObserver {
        @Override
        public void published(int rank, String eventJson) {}

        @Override
        public void generationFormed(long number, long sourceStep, String reason) {
            events.add("formed " + number + " from " + sourceStep + ": " + reason);
        }

        @Override
        public void memberEvicted(int rank, String why) {
            events.add("evicted " + rank + ": " + why);
            if (replacing) {
                replace(rank);
            }
        }

        private void replace(int rank) {
            start(rank, 1, HOST + ":" + coordinatorPort(), new DataAddress(HOST, 0, HOST));
        }

        @Override
        public void memberLost(int rank, String why) {
            events.add("lost " + rank + ": " + why);
        }
    }

    int coordinatorPort() {
        String address = coordinator.address();
        return Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
    }

    RunSecret secret() {
        return secret;
    }

    RelayingProxy controlProxy(int rank) {
        return controlProxies.get(rank);
    }

    /** The proxy before a worker's data port; the worker itself has the same port of 127.0.0.1. */
    RelayingProxy dataProxy(int rank) {
        return dataProxies.get(rank);
    }

    /** What the coordinator told the driver. */
    List<String> events() {
        return List.copyOf(events);
    }

    /** Workers that were told that it is over for them. */
    List<String> ended() {
        return List.copyOf(ended);
    }

    int rejoins() {
        return coordinator.rejoins();
    }

    /** Steps begun so far, by all workers together. */
    long steps() {
        return steps.get();
    }

    /** Returns when rank 0 has begun so many steps. */
    void awaitStep(long step) throws InterruptedException {
        await("step " + step, () -> lastStepOfRankZero.get() >= step);
    }

    /** Returns when rank 0 has begun so many steps more. */
    void awaitMoreSteps(long count) throws InterruptedException {
        awaitStep(lastStepOfRankZero.get() + count);
    }

    /** Returns when the driver has been told of something that begins so. */
    void awaitEvent(String start) throws InterruptedException {
        await(start, () -> events.stream().anyMatch(event -> event.startsWith(start)));
    }

    void await(String what, BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(DEADLINE_SECONDS);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime())
                    .as("waiting for: " + what + "; told " + events + ", ended " + ended)
                    .isLessThan(end);
            for (CompletableFuture<TrainingOutcome> outcome : outcomes) {
                assertThat(outcome.isCompletedExceptionally()).isFalse();
            }
            TimeUnit.MILLISECONDS.sleep(2);
        }
    }

    /** Waits for the end of the training; the hash of the parameters that all workers ended with. */
    String parametersSha256() throws Exception {
        List<String> hashes = new ArrayList<>();
        for (CompletableFuture<TrainingOutcome> outcome : outcomes) {
            hashes.add(String.valueOf(
                    outcome.get(DEADLINE_SECONDS, TimeUnit.SECONDS).parametersSha256()));
        }
        assertThat(hashes.stream().distinct().toList()).hasSize(1);
        return hashes.get(0);
    }

    /** What an undisturbed run of so many workers ends with. */
    static String undisturbed(int workers, int epochs, Path checkpoints) throws Exception {
        try (SocketTraining training =
                new SocketTraining(workers, epochs, checkpoints, DataTransport.sockets(false), 30)) {
            return training.start().parametersSha256();
        }
    }

    static float[] constantPattern(int length) {
        float[] values = new float[length];
        int[] bits = {0x3CC0FFEE, 0xBD15EA5E, 0x3DABCDEF, 0xBC0DEC0D, 0x3D123457};
        for (int i = 0; i < length; i++) {
            values[i] = Float.intBitsToFloat(bits[i % bits.length]);
        }
        return values;
    }

    @Override
    public void close() {
        coordinator.close();
        controlProxies.forEach(RelayingProxy::close);
        dataProxies.forEach(RelayingProxy::close);
    }
}
