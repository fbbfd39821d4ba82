package dev.lockstep.core.plan;

import dev.lockstep.core.config.JobConfig;
import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import dev.lockstep.core.evaluation.PredictionKind;
import dev.lockstep.core.memory.ByteCount;
import dev.lockstep.core.model.NetworkPlan;
import dev.lockstep.core.model.NetworkPlan.PlannedLayer;
import dev.lockstep.core.sync.ParameterAveragingSync;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What no memory helps against: an array has an int for an index. Each of a job's arrays is a product of some of its
 * settings; this names the settings.
 */
final class ArrayLimits {
    /** Some less than an array holds, for what travels behind a vector. */
    private static final long MOST = Integer.MAX_VALUE - 1_024L;

    private final NetworkPlan plan;
    private final JobConfig job;
    private final int capacity;
    private final int storedBytes;
    private final List<String> problems = new ArrayList<>();

    ArrayLimits(NetworkPlan plan, JobConfig job, int capacity, int storedBytes) {
        this.plan = plan;
        this.job = job;
        this.capacity = capacity;
        this.storedBytes = storedBytes;
    }

    /** @throws LockstepException naming every array that would be too long */
    void require() {
        requireState();
        requireBatches();
        requireClasses();
        if (!problems.isEmpty()) {
            throw new LockstepException(
                    ExitCode.USAGE, "arrays hold at most 2^31 values:\n  " + String.join("\n  ", problems));
        }
    }

    private void requireState() {
        int slots = job.training().optimizer().stateSlots();
        boolean averages = job.cluster().sync() instanceof ParameterAveragingSync;
        long floats = ByteCount.product(plan.parameterCount(), averages ? slots + 1L : slots);
        if (floats > MOST) {
            problems.add(String.format(
                    Locale.ROOT,
                    "training.optimizer: %,d parameters with %d values of state each are %,d%s, expected at most %,d;"
                            + " choose an optimizer with less state (sgd has none), or lower units or filters",
                    plan.parameterCount(),
                    slots,
                    floats,
                    averages ? " together, which parameter_averaging exchanges" : "",
                    MOST));
        }
    }

    private void requireBatches() {
        PlannedLayer largest = null;
        long most = 0;
        for (PlannedLayer layer : plan.layers()) {
            if (layer.output().size() > most) {
                most = layer.output().size();
                largest = layer;
            }
        }
        requireBatch(largest == null ? "" : "layer \"" + largest.name() + "\"", most);
        requireBatch("the data", ByteCount.product(plan.inputShape().size(), storedBytes));
    }

    private void requireBatch(String where, long values) {
        if (ByteCount.product(capacity, values) > MOST) {
            problems.add(String.format(
                    Locale.ROOT,
                    "training.batch_size: %,d lets a worker compute %,d samples at once, which at %s with %,d %s each"
                            + " is too many, expected at most %,d samples; lower training.batch_size, or take more"
                            + " workers",
                    job.training().batchSize(),
                    capacity,
                    where,
                    values,
                    where.equals("the data") ? "bytes" : "values",
                    MOST / values));
        }
    }

    private void requireClasses() {
        long classes = plan.outputShape().size();
        if (countsClasses(plan) && ByteCount.product(classes + 2, classes + 2) > MOST) {
            problems.add(String.format(
                    Locale.ROOT,
                    "layer \"%s\": %,d classes have a confusion matrix of %,d values, expected at most %,d; tell fewer"
                            + " classes apart",
                    plan.layers().get(plan.layers().size() - 1).name(),
                    classes,
                    ByteCount.product(classes, classes),
                    MOST));
        }
    }

    /** Whether each true class is counted against each predicted one. */
    static boolean countsClasses(NetworkPlan plan) {
        return PredictionKind.of(
                        plan.loss(), plan.lastActivation(), plan.outputShape().size())
                == PredictionKind.CLASSES;
    }
}
