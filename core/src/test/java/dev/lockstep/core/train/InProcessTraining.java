package dev.lockstep.core.train;

import dev.lockstep.core.checkpoint.CheckpointEvent;
import dev.lockstep.core.checkpoint.CheckpointManager;
import dev.lockstep.core.checkpoint.CheckpointStorage;
import dev.lockstep.core.checkpoint.LocalCheckpointStorage;
import dev.lockstep.core.collective.LocalCoordinator;
import dev.lockstep.core.collective.Membership;
import dev.lockstep.core.collective.RunObserver;
import dev.lockstep.core.config.JobConfig;
import dev.lockstep.core.data.SampleSource;
import dev.lockstep.core.ledger.LedgerEra;
import dev.lockstep.core.ledger.LedgerLine;
import dev.lockstep.core.ledger.LedgerWriter;
import dev.lockstep.core.ledger.SampleLedger;
import dev.lockstep.core.ledger.SamplesHash;
import dev.lockstep.core.model.ModelReplica;
import dev.lockstep.core.model.ModelReplicas;
import dev.lockstep.core.model.NetworkPlan;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import java.util.function.IntFunction;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Runs a job with its workers as threads of this JVM: the engine as local mode uses it, without Spark. */
final class InProcessTraining {
    /** Thrown by a sample source to end a worker as if its process had been killed. */
    static final class WorkerKilled extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    /** How a run ended: the outcome of rank 0, and everything that was published. */
    record Result(TrainingOutcome outcome, List<TrainingOutcome> all, List<String> events, int rejoins) {}

    private static final Duration DEADLINE = Duration.ofSeconds(60);

    private final JobConfig job;
    private final TrainingData data;
    private final int workers;
    private final Path checkpoints;
    private BiFunction<Integer, SampleSource, SampleSource> wrapper = (rank, source) -> source;
    private ReplicaFactory replicas = ModelReplicas::create;
    private long stopAtStep = Long.MAX_VALUE;
    private @Nullable Queue<String> notes;
    private long fencing;
    private IntFunction<LongSupplier> clocks = rank -> System::nanoTime;
    private Duration stallDeadline = DEADLINE;
    private UnaryOperator<CheckpointStorage> storages = storage -> storage;
    private final List<CheckpointEvent> checkpointEvents = new CopyOnWriteArrayList<>();

    InProcessTraining(JobConfig job, TrainingData data, int workers, Path checkpoints) {
        this.job = job;
        this.data = data;
        this.workers = workers;
        this.checkpoints = checkpoints;
    }

    /** Puts something between a rank and its samples: a recorder, a fault. */
    InProcessTraining reading(BiFunction<Integer, SampleSource, SampleSource> newWrapper) {
        wrapper = newWrapper;
        return this;
    }

    /** Kills a worker when it reads one of these batches, counted from 1 over all its lives. */
    InProcessTraining killing(int victim, Integer... atReads) {
        Set<Integer> fatal = Set.of(atReads);
        AtomicInteger reads = new AtomicInteger();
        return reading((rank, source) -> rank != victim
                ? source
                : new WrappedSource(source, (indices, from, to) -> {
                    if (fatal.contains(reads.incrementAndGet())) {
                        throw new WorkerKilled();
                    }
                }));
    }

    /** Makes the replicas. */
    @FunctionalInterface
    interface ReplicaFactory {
        ModelReplica create(NetworkPlan plan, int maximumBatchSize, int threads);
    }

    /** Computes with replicas of one kind, instead of the fastest that can. */
    InProcessTraining computingWith(ReplicaFactory newReplicas) {
        replicas = newReplicas;
        return this;
    }

    /** Keeps a ledger there; a greater fencing number is a later process of the same run. */
    InProcessTraining notingIn(Queue<String> newNotes, long newFencing) {
        notes = newNotes;
        fencing = newFencing;
        return this;
    }

    private @Nullable LedgerWriter ledger(int rank) {
        Queue<String> taking = notes;
        if (taking == null) {
            return null;
        }
        LedgerLine.Continues common = new LedgerLine.Continues(
                new LedgerEra(fencing, 0, 0),
                rank,
                0,
                workers,
                data.trainIndices().length,
                job.training().batchSize(),
                job.seed(),
                SamplesHash.of(data.trainIndices(), data.trainIndices().length));
        return new LedgerWriter(common, part -> new NoteQueue(taking), rank == 1, why -> {});
    }

    /** A file of notes in memory. */
    private record NoteQueue(Queue<String> lines) implements LedgerWriter.Lines {
        @Override
        public void append(String line) {
            lines.add(line);
        }

        @Override
        public void close() {}
    }

    /** Measures the phases with a clock for each rank. */
    InProcessTraining timedBy(IntFunction<LongSupplier> newClocks) {
        clocks = newClocks;
        return this;
    }

    /** Asks for a stop once a worker has published progress at or beyond a step. */
    InProcessTraining stoppingAt(long step) {
        stopAtStep = step;
        return this;
    }

    /** Gives a worker up that keeps the others waiting for so long. */
    InProcessTraining givingUpAfter(Duration newStallDeadline) {
        stallDeadline = newStallDeadline;
        return this;
    }

    /** Puts something between the workers and their checkpoints, such as a storage that fails. */
    InProcessTraining storingIn(UnaryOperator<CheckpointStorage> newStorages) {
        storages = newStorages;
        return this;
    }

    /** What happened to checkpoints so far. */
    List<CheckpointEvent> checkpointEvents() {
        return checkpointEvents;
    }

    Result run() {
        String runId = UUID.randomUUID().toString();
        List<String> events = new CopyOnWriteArrayList<>();
        RunObserver observer = new RunObserver() {
            @Override
            public void published(int rank, String eventJson) {
                events.add(eventJson);
            }

            @Override
            public void generationFormed(long number, long sourceStep, String reason) {}

            @Override
            public void memberLost(int rank, String why) {}
        };
        ExecutorService threads = Executors.newFixedThreadPool(workers);
        try (LocalCoordinator coordinator = new LocalCoordinator(runId, workers, stallDeadline, DEADLINE, observer)) {
            List<Future<TrainingOutcome>> running = new ArrayList<>();
            for (int rank = 0; rank < workers; rank++) {
                int own = rank;
                running.add(threads.submit((Callable<TrainingOutcome>) () -> work(own, coordinator)));
            }
            List<TrainingOutcome> outcomes = new ArrayList<>();
            for (Future<TrainingOutcome> worker : running) {
                outcomes.add(await(worker));
            }
            return new Result(outcomes.get(0), outcomes, events, coordinator.rejoins());
        } finally {
            threads.shutdownNow();
        }
    }

    private static TrainingOutcome await(Future<TrainingOutcome> worker) {
        try {
            return worker.get(DEADLINE.toSeconds() * 2, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e.getCause());
        } catch (InterruptedException | TimeoutException e) {
            throw new IllegalStateException("a worker did not end within its deadline", e);
        }
    }

    private TrainingOutcome work(int rank, LocalCoordinator coordinator) throws Exception {
        while (true) {
            try {
                return workOnce(rank, coordinator);
            } catch (WorkerKilled killed) {
                // As Spark does: the same task again, with nothing but what it can get from the others.
            }
        }
    }

    private TrainingOutcome workOnce(int rank, LocalCoordinator coordinator) throws Exception {
        NetworkPlan plan = NetworkPlan.of(
                job.model(), data.samples().featureShape(), job.training().loss());
        CheckpointStorage storage = storages.apply(new LocalCheckpointStorage(checkpoints));
        try (Membership membership = LocalCoordinator.member(coordinator.address(), rank);
                ModelReplica replica =
                        WorkerReplicas.create(job, workers, capacity -> replicas.create(plan, capacity, 1));
                CheckpointManager manager =
                        new CheckpointManager(storage, job.checkpoint(), () -> 1L, "test", checkpointEvents::add);
                LedgerWriter ledger = ledger(rank)) {
            TrainingData own = new TrainingData(
                    wrapper.apply(rank, data.samples()), data.trainIndices(), data.validationIndices(), data.test());
            Membership stopping = new StoppingMembership(membership, stopAtStep);
            return new Trainer(new TrainingSetup(
                            job,
                            own,
                            replica,
                            stopping,
                            manager,
                            InitialParameters.DRAWN,
                            ledger == null ? SampleLedger.NONE : ledger,
                            clocks.apply(rank)))
                    .run();
        }
    }
}
