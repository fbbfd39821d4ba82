package dev.lockstep.core.plan;

import dev.lockstep.core.config.JobConfig;
import dev.lockstep.core.evaluation.Metric;
import dev.lockstep.core.memory.ByteCount;
import dev.lockstep.core.memory.MemoryNeed;
import dev.lockstep.core.model.ModelReplicas;
import dev.lockstep.core.model.NetworkPlan;
import dev.lockstep.core.model.dl4j.Dl4jMemory;
import dev.lockstep.core.model.loss.LossSpec.LabelKind;
import dev.lockstep.core.monitor.EarlyStoppingSpec;
import dev.lockstep.core.plan.WorkerMemory.Part;
import dev.lockstep.core.sync.Dl4jSparkSync;
import dev.lockstep.core.train.Trainer;
import dev.lockstep.core.train.WorkerReplicas;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Adds up what {@link Trainer} and all below it allocate for a job, before anything is. Every size of a part is asked of
 * whoever allocates it where that can tell; a test compares the sums with what is really allocated.
 */
public final class WorkerMemoryEstimate {
    /** Indices of samples: the split's, the epoch's order and the next one's, and their copies. */
    private static final int INDICES_A_SAMPLE = 8;

    /** State on its way into a checkpoint, and the next one while that is written; on a resume, state on its way in. */
    private static final int SNAPSHOTS = 2;

    /** Of a distinct score: its counts, and the room in which scores are collected and sorted. */
    private static final int BYTES_A_SCORE = 56;

    /** So many outputs that are quantities are pictures, whose values are bytes. */
    private static final int MOST_MEASURED_OUTPUTS = 16;

    private static final int DISTINCT_PICTURE_VALUES = 512;

    /** Of a step, a validation and a test, and those that arrive. */
    private static final int TOTALS = 4;

    /** What nobody counts: threads, small objects, garbage that lives for a moment. */
    private static final MemoryNeed SMALL_THINGS = new MemoryNeed(ByteCount.mebibytes(8), ByteCount.mebibytes(4));

    private final NetworkPlan plan;
    private final JobConfig job;
    private final DataSize data;
    private final int workers;
    private final int capacity;
    private final List<Part> each = new ArrayList<>();
    private final List<Part> once = new ArrayList<>();

    private WorkerMemoryEstimate(NetworkPlan plan, JobConfig job, DataSize data, int workers) {
        this.plan = plan;
        this.job = job;
        this.data = data;
        this.workers = workers;
        this.capacity = Trainer.batchCapacity(job, workers);
    }

    /**
     * Estimates a worker.
     *
     * @param workers of the run
     * @param offHeapBytesAPeer of the channel to each other worker
     * @throws dev.lockstep.core.error.LockstepException for arrays that no machine can have, naming what to lower
     */
    public static WorkerMemory of(NetworkPlan plan, JobConfig job, DataSize data, int workers, long offHeapBytesAPeer) {
        WorkerMemoryEstimate estimate = new WorkerMemoryEstimate(plan, job, data, workers);
        new ArrayLimits(plan, job, estimate.trainedAtOnce(), data.storedBytes()).require();
        estimate.add("network", estimate.network());
        estimate.addState();
        estimate.addBatches();
        estimate.addEvaluation();
        estimate.add("channels", MemoryNeed.offHeap(ByteCount.product(workers - 1L, offHeapBytesAPeer)));
        estimate.add("other", SMALL_THINGS);
        return new WorkerMemory(estimate.each, estimate.once, estimate.mapped());
    }

    private void add(String what, MemoryNeed need) {
        each.add(new Part(what, need));
    }

    private MemoryNeed network() {
        if (!(job.cluster().sync() instanceof Dl4jSparkSync)) {
            return WorkerReplicas.memory(job, workers, plan, batchSizes());
        }
        // DL4J's own updater keeps its state beside the heap; both travel as bytes after every average.
        long state = ByteCount.product(
                plan.parameterCount(), job.training().optimizer().stateSlots());
        return Dl4jMemory.of(plan, capacity)
                .plus(MemoryNeed.offHeapFloats(ByteCount.product(2, state)))
                .plus(MemoryNeed.heapFloats(ByteCount.product(2, ByteCount.sum(plan.parameterCount(), state))));
    }

    /** The sizes of batches that a worker sees: a full step's and the last one's of an epoch, and of evaluations. */
    private List<Integer> batchSizes() {
        long step = Math.min(job.training().batchSize(), data.samples());
        long last = data.samples() % Math.max(1, step);
        int slices = job.determinism().slicesPerWorker(workers);
        Set<Integer> sizes = new LinkedHashSet<>();
        for (long batch : new long[] {step, last}) {
            sizes.add((int) (((long) slice(batch) + slices - 1) / slices));
            if (slices > 1) {
                sizes.add(slice(batch) / slices);
            }
        }
        int evaluated = slice(data.evaluated());
        sizes.add(Math.min(capacity, evaluated));
        sizes.add(evaluated % capacity);
        List<Integer> all = new ArrayList<>(sizes);
        // What is left over of the smaller one of validation and test is not known.
        all.add(Math.min(capacity, evaluated));
        return all;
    }

    /** The most samples of a batch: all slices of a worker's share lie side by side. */
    private int trainedAtOnce() {
        return Math.max(capacity, slice(job.training().batchSize()));
    }

    private int slice(long samples) {
        return (int) Math.min(Integer.MAX_VALUE, (samples + workers - 1) / workers);
    }

    private void addState() {
        long parameters = plan.parameterCount();
        long optimizer =
                ByteCount.product(parameters, job.training().optimizer().stateSlots());
        long ofSync = job.cluster().sync().stateLength(plan.parameterCount());
        long kept = ByteCount.product(keptModels(), parameters);
        add("optimizer", MemoryNeed.heapFloats(ByteCount.sum(optimizer, ofSync)));
        add("merge", job.cluster().sync().memory(parameters, optimizer, workers));
        add("best models", MemoryNeed.heapFloats(kept));
        long residuals = ByteCount.product(workers, job.cluster().sync().residualLength(parameters));
        boolean goesBack = job.training().onDivergence().keepsEvery() > 0;
        long good = goesBack ? ByteCount.sum(parameters, optimizer, ofSync) : 0;
        add("state to go back to", MemoryNeed.heapFloats(good));
        long snapshot = ByteCount.sum(parameters, optimizer, ofSync, kept, good, residuals);
        once.add(new Part("checkpoints", MemoryNeed.heapFloats(ByteCount.product(SNAPSHOTS, snapshot))));
    }

    /** And at the end the last one stands aside while the best is tested. */
    private int keptModels() {
        EarlyStoppingSpec stopping = job.training().earlyStopping();
        boolean restores = stopping != null && stopping.restoreBest();
        return (restores ? 2 : 0) + (job.checkpoint().best() == null ? 0 : 1);
    }

    /** One batch for training and one for evaluation. */
    private void addBatches() {
        boolean bytesAsTheyAre = data.storedBytes() == 1
                && ModelReplicas.readsBytes(plan)
                && job.training().augmentation() == null
                && job.determinism().slicesPerWorker(workers) == 1;
        long labels = plan.loss().labelKind() == LabelKind.VECTOR ? outputs() : 1;
        long values = plan.inputShape().size();
        long samples = ByteCount.sum(trainedAtOnce(), data.evaluated() > 0 ? capacity : 0);
        add(
                "batches",
                MemoryNeed.heapFloats(
                                ByteCount.product(samples, ByteCount.sum(bytesAsTheyAre ? 0 : values, labels + 2)))
                        .plus(MemoryNeed.offHeap(ByteCount.product(samples, values, data.storedBytes()))));
        add("order of samples", MemoryNeed.heap(ByteCount.product(data.samples(), INDICES_A_SAMPLE, Integer.BYTES)));
    }

    private void addEvaluation() {
        boolean vectors = plan.loss().labelKind() == LabelKind.VECTOR;
        long counts = ByteCount.product(TOTALS, Double.BYTES, ByteCount.product(outputs() + 2, outputs() + 2));
        long bytes = vectors && outputs() > 2 ? ByteCount.product(TOTALS * 16L, Double.BYTES, outputs()) : 0;
        bytes = ByteCount.sum(bytes, countsClasses() ? counts : 0);
        if (job.training().metrics().stream().anyMatch(Metric::needsScores)) {
            bytes = ByteCount.sum(bytes, ByteCount.product(BYTES_A_SCORE, outputs(), data.evaluated()));
        }
        if (vectors) {
            long distinct = outputs() <= MOST_MEASURED_OUTPUTS
                    ? data.evaluated()
                    : Math.min(data.evaluated(), DISTINCT_PICTURE_VALUES);
            bytes = ByteCount.sum(bytes, ByteCount.product(BYTES_A_SCORE, outputs(), distinct));
        }
        add("evaluation", MemoryNeed.heap(bytes));
    }

    private boolean countsClasses() {
        return ArrayLimits.countsClasses(plan);
    }

    private long outputs() {
        return plan.outputShape().size();
    }

    private long mapped() {
        long labels = plan.loss().labelKind() == LabelKind.VECTOR ? outputs() : 1;
        return ByteCount.product(
                data.samples(),
                ByteCount.sum(
                        ByteCount.product(plan.inputShape().size(), data.storedBytes()),
                        ByteCount.product(labels, Float.BYTES)));
    }
}
