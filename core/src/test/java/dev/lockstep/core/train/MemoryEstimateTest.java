package dev.lockstep.core.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.core.config.JobConfig;
import dev.lockstep.core.config.JobFile;
import dev.lockstep.core.data.MiniBatch;
import dev.lockstep.core.data.Shape;
import dev.lockstep.core.memory.MemoryNeed;
import dev.lockstep.core.model.ModelReplica;
import dev.lockstep.core.model.ModelReplicas;
import dev.lockstep.core.model.NetworkPlan;
import dev.lockstep.core.model.StepContext;
import dev.lockstep.core.plan.DataSize;
import dev.lockstep.core.plan.WorkerMemory;
import dev.lockstep.core.plan.WorkerMemoryEstimate;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The estimate beside what a whole training holds in the middle of its second epoch, when it has stepped, evaluated and
 * kept a checkpoint: never below, and not twice what is there, small things and copies for checkpoints apart.
 */
class MemoryEstimateTest {
    private static final int TRAIN = 800;
    private static final int VALIDATION = 500;
    private static final Shape IMAGE = Shape.of(28, 28);
    private static final double FACTOR = 2;

    /** What {@link WorkerMemoryEstimate} adds for what nobody counts; beside the heap, the library's own as well. */
    private static final MemoryNeed UNCOUNTED = new MemoryNeed(8L << 20, 12L << 20);

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path checkpoints;

    private static JobConfig job(String layers, String... overrides) {
        return JobFile.read(
                """
                name: memory
                data: {format: digits}
                model: {layers: %s}
                training:
                  loss: sparse_categorical_crossentropy
                  optimizer: adam
                  batch_size: 400
                  epochs: 2
                checkpoint: {every: 1 epochs}
                """
                        .formatted(layers),
                "memory.yaml",
                List.of(overrides),
                Map.of());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[flatten, {dense: {units: 1200, activation: gelu}}, {dense: {units: 500, activation: relu}},"
                        + " {dense: {units: 4, activation: softmax}}] | 2 | cluster.sync=gradient_sharing",
                "[flatten, {dense: {units: 1200, activation: relu}}, {dense: {units: 4, activation: softmax}}] | 2"
                        + " | cluster.sync=parameter_averaging",
                "[flatten, {dense: {units: 1200, activation: relu}}, {dense: {units: 4, activation: softmax}}] | 2"
                        + " | cluster.sync={gradient_sharing: {codec: threshold}}",
                "[flatten, {dense: {units: 1200, activation: relu}}, {dense: {units: 4, activation: softmax}}] | 2"
                        + " | cluster.sync={gradient_sharing: {codec: float16}}",
                "[flatten, {dense: {units: 1200, activation: relu}}, {dense: {units: 4, activation: softmax}}] | 2"
                        + " | determinism.slices=4;training.on_divergence=roll_back",
                "[{conv2d: {filters: 12, kernel_size: 3, activation: relu}}, max_pooling2d, batch_normalization,"
                        + " {dropout: {rate: 0.2}}, flatten, {dense: {units: 64, activation: relu}},"
                        + " {dense: {units: 4, activation: softmax}}] | 1 | training.early_stopping={monitor: loss, restore_best: true}",
            })
    void neverBelowWhatIsThere(String layers, int workers, String override) {
        JobConfig job = job(layers, override.split(";", -1));
        TrainingData data = TestJobs.data(1, TRAIN, VALIDATION, IMAGE);
        NetworkPlan plan = NetworkPlan.of(job.model(), IMAGE, job.training().loss());
        WorkerMemory estimate =
                WorkerMemoryEstimate.of(plan, job, new DataSize(TRAIN + VALIDATION, VALIDATION, 4), workers, 0);

        MemoryNeed measured = measure(job, data, workers);

        MemoryNeed most = estimate.of(workers);
        MemoryNeed usual = estimate.perWorker().times(workers);
        String what = "estimated " + most + ", measured " + measured + ", parts " + estimate.each();
        assertThat(measured.heapBytes()).as(what).isLessThanOrEqualTo(most.heapBytes());
        assertThat(measured.offHeapBytes()).as(what).isLessThanOrEqualTo(most.offHeapBytes());
        assertThat((double) usual.heapBytes() - workers * UNCOUNTED.heapBytes())
                .as(what)
                .isLessThanOrEqualTo(FACTOR * measured.heapBytes());
        assertThat((double) usual.offHeapBytes() - workers * UNCOUNTED.offHeapBytes())
                .as(what)
                .isLessThanOrEqualTo(FACTOR * measured.offHeapBytes());
    }

    /** The memory of a training, in the step of one of its workers. */
    private MemoryNeed measure(JobConfig job, TrainingData data, int workers) {
        int stepsOfAnEpoch =
                (TRAIN + job.training().batchSize() - 1) / job.training().batchSize();
        int slices = workers * job.determinism().slicesPerWorker(workers);
        AtomicInteger steps = new AtomicInteger();
        AtomicReference<MemoryNeed> seen = new AtomicReference<>(MemoryNeed.NONE);
        MemoryNeed before = used();
        new InProcessTraining(job, data, workers, checkpoints)
                .computingWith(
                        (plan, capacity, threads) -> new Watched(ModelReplicas.create(plan, capacity, threads), () -> {
                            if (steps.incrementAndGet() == slices * (stepsOfAnEpoch + 1)) {
                                seen.set(used());
                            }
                        }))
                .run();
        MemoryNeed then = Objects.requireNonNull(seen.get());
        return new MemoryNeed(
                Math.max(0, then.heapBytes() - before.heapBytes()),
                Math.max(0, then.offHeapBytes() - before.offHeapBytes()));
    }

    private static MemoryNeed used() {
        System.gc();
        System.gc();
        long direct = ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(pool -> pool.getName().equals("direct"))
                .mapToLong(BufferPoolMXBean::getMemoryUsed)
                .sum();
        return new MemoryNeed(
                ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed(), direct + Pointer.totalBytes());
    }

    /** A replica that tells of each step. */
    private record Watched(ModelReplica replica, Runnable onStep) implements ModelReplica {
        @Override
        public NetworkPlan plan() {
            return replica.plan();
        }

        @Override
        public float[] parameters() {
            return replica.parameters();
        }

        @Override
        public float[] gradient() {
            return replica.gradient();
        }

        @Override
        public double computeGradient(MiniBatch batch, StepContext context) {
            double loss = replica.computeGradient(batch, context);
            onStep.run();
            return loss;
        }

        @Override
        public void predict(MiniBatch batch) {
            replica.predict(batch);
        }

        @Override
        public float[] outputs() {
            return replica.outputs();
        }

        @Override
        public String description() {
            return replica.description();
        }

        @Override
        public String arithmetic() {
            return replica.arithmetic();
        }

        @Override
        public void close() {
            replica.close();
        }
    }
}
