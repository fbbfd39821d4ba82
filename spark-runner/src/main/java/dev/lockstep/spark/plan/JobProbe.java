package dev.lockstep.spark.plan;

import dev.lockstep.core.config.JobConfig;
import dev.lockstep.core.data.SplitPlan;
import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import dev.lockstep.core.model.ModelReplica;
import dev.lockstep.core.model.ModelReplicas;
import dev.lockstep.core.model.NetworkPlan;
import dev.lockstep.core.model.compiled.CompiledReplica;
import dev.lockstep.core.model.layer.BatchNormalizationLayer;
import dev.lockstep.core.optimizer.OptimizerSpec;
import dev.lockstep.core.plan.ComputeTime;
import dev.lockstep.core.plan.JobProfile;
import dev.lockstep.core.plan.StepProbe;
import dev.lockstep.core.plan.StepSeconds;
import dev.lockstep.core.sync.GradientSharing;
import dev.lockstep.core.sync.ParameterAveraging;
import dev.lockstep.core.sync.ParameterAveragingSync;
import dev.lockstep.spark.data.SampleLayout;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Measures a job on this machine. */
final class JobProbe {
    private static final String TASK_CORES = "spark.task.cpus";

    private final JobConfig job;
    private final SampleLayout layout;
    private final NetworkPlan network;

    JobProbe(JobConfig job, SampleLayout layout) {
        this.job = job;
        this.layout = layout;
        try {
            network = NetworkPlan.of(
                    job.model(), layout.features(), job.training().loss());
        } catch (IllegalArgumentException unfit) {
            throw new LockstepException(ExitCode.USAGE, "model: " + unfit.getMessage(), unfit);
        }
    }

    /** The network that is measured. */
    NetworkPlan network() {
        return network;
    }

    /**
     * Runs the steps; takes some seconds.
     *
     * @param oneHost whether the workers would share this host: then another one computes beside each measured step but
     *     those of a worker that is alone
     */
    JobProfile measure(boolean oneHost) {
        int samples = SplitPlan.trainCount(job.data(), layout.samples(), 0, 0);
        if (samples < 1) {
            throw new LockstepException(
                    ExitCode.DATA,
                    "of " + layout.samples() + " samples none are left to train with; see data.validation");
        }
        int largest = Math.min(job.training().batchSize(), samples);
        OptimizerSpec optimizer = job.training().optimizer();
        int every = averageEvery();
        try (ModelReplica replica = ModelReplicas.create(network, largest, threads())) {
            StepProbe probe = new StepProbe(replica, optimizer, largest, layout.encoding(), job.seed());
            ComputeTime compute = compute(probe, largest, oneHost);
            double update = probe.updateSeconds((plan, rule, state) -> new GradientSharing(plan, rule));
            double local = probe.updateSeconds(
                    (plan, rule, state) -> new ParameterAveraging(plan, rule, Integer.MAX_VALUE, state));
            double averaging = probe.updateSeconds((plan, rule, state) -> new ParameterAveraging(plan, rule, 1, state));
            return new JobProfile(
                    samples,
                    job.training().batchSize(),
                    network.parameterCount(),
                    Math.multiplyExact(network.parameterCount(), optimizer.stateSlots()),
                    every,
                    normalizedFeatures(),
                    compute,
                    update,
                    local,
                    Math.max(0, averaging - local));
        }
    }

    /** The largest slice first, whose steps warm up the others'; then half of it, and so on down to one sample. */
    private ComputeTime compute(StepProbe probe, int largest, boolean oneHost) {
        Map<Integer, StepSeconds> seconds = new HashMap<>();
        seconds.put(largest, probe.computeSeconds(largest));
        for (int slice = (largest + 1) / 2; slice > 1; slice = (slice + 1) / 2) {
            seconds.put(slice, computeSlice(probe, slice, oneHost));
        }
        if (largest > 1) {
            seconds.put(1, computeSlice(probe, 1, oneHost));
        }
        return new ComputeTime(seconds);
    }

    private StepSeconds computeSlice(StepProbe probe, int slice, boolean oneHost) {
        if (!oneHost || Runtime.getRuntime().availableProcessors() < 2) {
            return probe.computeSeconds(slice);
        }
        try (Neighbour neighbour = new Neighbour(slice)) {
            neighbour.awaitFirstStep();
            return probe.computeSeconds(slice);
        }
    }

    /** Another worker on the same host, which takes its share of caches and memory. */
    private final class Neighbour implements AutoCloseable {
        private static final long DEADLINE_SECONDS = 60;

        private final CountDownLatch computes = new CountDownLatch(1);
        private final Thread thread;
        private volatile boolean closed;

        Neighbour(int slice) {
            thread = new Thread(() -> compute(slice), "lockstep-plan-neighbour");
            thread.setDaemon(true);
            thread.start();
        }

        private void compute(int slice) {
            try (ModelReplica replica = ModelReplicas.create(network, slice, threads())) {
                StepProbe probe =
                        new StepProbe(replica, job.training().optimizer(), slice, layout.encoding(), job.seed());
                probe.computeUntil(slice, () -> {
                    computes.countDown();
                    return closed;
                });
            }
        }

        void awaitFirstStep() {
            try {
                if (!computes.await(DEADLINE_SECONDS, TimeUnit.SECONDS)) {
                    throw new LockstepException(
                            ExitCode.CLUSTER, "a second replica took no step within " + DEADLINE_SECONDS + " s");
                }
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw new LockstepException(ExitCode.CLUSTER, "interrupted while measuring", interrupted);
            }
        }

        @Override
        public void close() {
            closed = true;
            try {
                thread.join();
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Only compiled kernels have moments that span the workers. */
    private List<Integer> normalizedFeatures() {
        if (!CompiledReplica.objections(network).isEmpty()) {
            return List.of();
        }
        return network.layers().stream()
                .filter(layer -> layer.spec() instanceof BatchNormalizationLayer spec && spec.synchronizedMoments())
                .map(layer -> layer.input().dimensions().get(layer.input().rank() - 1))
                .toList();
    }

    private int averageEvery() {
        return job.cluster().sync() instanceof ParameterAveragingSync averaging
                ? averaging.every()
                : ParameterAveragingSync.USUAL_PERIOD;
    }

    private int threads() {
        String cores = job.cluster().spark().getOrDefault(TASK_CORES, "1");
        if (!cores.matches("[1-9]\\d{0,3}")) {
            throw new LockstepException(
                    ExitCode.USAGE,
                    "cluster.spark." + TASK_CORES + ": expected a whole number above 0, found " + cores);
        }
        return Integer.parseInt(cores);
    }
}
