package dev.lockstep.spark.plan;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.cluster.transport.DataTransport;
import dev.lockstep.core.config.JobConfig;
import dev.lockstep.core.plan.JobProfile;
import dev.lockstep.core.plan.MergeTime;
import dev.lockstep.core.plan.NetworkSpeed;
import dev.lockstep.core.plan.StepTimePrediction;
import dev.lockstep.core.plan.SyncMode;
import dev.lockstep.core.plan.TrainingPlan;
import dev.lockstep.core.sync.Dl4jSparkSync;
import dev.lockstep.core.sync.ParameterAveragingSync;
import dev.lockstep.spark.cli.Figures;
import dev.lockstep.spark.cli.PlanRequest;
import dev.lockstep.spark.data.SampleLayout;
import java.util.Locale;
import org.apache.hadoop.conf.Configuration;

/** What the command {@code plan} says. */
public final class PlanReport {
    private static final double MILLISECONDS = 1e3;
    private static final String ROW = "%7s %6s %11s %10s %10s %10s %10s %10s %8s  %s%n";

    private final JobConfig job;
    private final TrainingPlan plan;
    private final PlannedMemory memory;
    private final String averaging;

    PlanReport(JobConfig job, TrainingPlan plan, PlannedMemory memory) {
        this.job = job;
        this.plan = plan;
        this.memory = memory;
        averaging =
                SyncMode.PARAMETER_AVERAGING.key() + ": {every: " + plan.job().averageEvery() + "}";
    }

    /**
     * Measures and predicts.
     *
     * @param encrypt whether the run would encrypt its gradients
     */
    public static PlanReport of(JobConfig job, PlanRequest request, boolean encrypt, Configuration configuration) {
        SampleLayout layout = SampleLayout.of(job.data(), request.samples(), configuration);
        JobProbe probe = new JobProbe(job, layout);
        PlannedMemory memory = new PlannedMemory(
                job,
                probe.network(),
                layout,
                new DataTransport(encrypt, job.cluster().sharedMemory()));
        memory.requireHere();
        boolean oneHost = request.network().equals(NetworkSpeed.LOOPBACK);
        DataTransport transport =
                new DataTransport(encrypt, oneHost && job.cluster().sharedMemory());
        MergeTime merge = new MergeTime(request.network(), ExchangeProbe.measure(transport));
        SyncMode mode = job.cluster().sync() instanceof ParameterAveragingSync
                ? SyncMode.PARAMETER_AVERAGING
                : SyncMode.GRADIENT_SHARING;
        return new PlanReport(job, new TrainingPlan(probe.measure(oneHost), merge, mode, request.workers()), memory);
    }

    /** The predictions behind the words. */
    TrainingPlan plan() {
        return plan;
    }

    /** A table and what follows from it. */
    public String text() {
        JobProfile profile = plan.job();
        NetworkSpeed network = plan.merge().network();
        StringBuilder text = new StringBuilder();
        text.append(format(
                "%s: %d samples, batch %d, %d parameters; network %s, %s ms one way%n",
                job.name(),
                profile.samples(),
                profile.batchSize(),
                profile.parameterCount(),
                network.name(),
                milliseconds(network.latencySeconds())));
        if (job.cluster().sync() instanceof Dl4jSparkSync) {
            text.append("The job's dl4j_spark is not predicted; these are the steps of gradient_sharing.\n");
        }
        text.append(format(
                "Steps of %s:%n%n",
                plan.mode() == SyncMode.PARAMETER_AVERAGING
                        ? averaging
                        : plan.mode().key()));
        text.append(format(
                ROW,
                "workers",
                "slice",
                "compute ms",
                "update ms",
                "merge ms",
                "step ms",
                "samples/s",
                "efficiency",
                "s/epoch",
                "best sync"));
        for (StepTimePrediction row : plan.predictions()) {
            text.append(format(
                    ROW,
                    row.workers(),
                    row.sliceSamples(),
                    milliseconds(row.computeSeconds()),
                    milliseconds(row.updateSeconds()),
                    milliseconds(row.mergeSeconds()),
                    milliseconds(row.stepSeconds()),
                    format("%.0f", plan.samplesPerSecond(row)),
                    format("%.1f %%", 100 * plan.efficiency(row)),
                    format("%.2f", plan.secondsPerEpoch(row)),
                    plan.bestMode(row.workers()).key()));
        }
        return text.append('\n')
                .append(verdict(SyncMode.GRADIENT_SHARING, SyncMode.GRADIENT_SHARING.key()))
                .append(verdict(SyncMode.PARAMETER_AVERAGING, averaging))
                .append(memory.text(plan.predictions().get(0).workers(), largest()))
                .toString();
    }

    private String verdict(SyncMode mode, String name) {
        int most = plan.mostThatPay(mode);
        StepTimePrediction best = plan.predict(most, mode);
        if (most == 1) {
            StepTimePrediction two = plan.predict(2, mode);
            return format(
                    "%s: Spark will not pay: 2 workers take %s ms a step, 1 worker alone %s ms.%n",
                    name, milliseconds(two.stepSeconds()), milliseconds(plan.aloneSeconds()));
        }
        String gain = format(
                "a step takes %s ms, %.1f times as fast as alone, an epoch %s",
                milliseconds(best.stepSeconds()),
                plan.aloneSeconds() / best.stepSeconds(),
                Figures.seconds(plan.secondsPerEpoch(best)));
        return most == largest()
                ? format("%s: all %d workers pay: %s.%n", name, most, gain)
                : format("%s: more than %d workers will not pay for this job on this network: %s.%n", name, most, gain);
    }

    private int largest() {
        return plan.predictions().get(plan.predictions().size() - 1).workers();
    }

    private static String milliseconds(double seconds) {
        double value = seconds * MILLISECONDS;
        return format(value < 10 ? "%.3f" : value < 1_000 ? "%.1f" : "%.0f", value);
    }

    private static String format(String pattern, Object... values) {
        return String.format(Locale.ROOT, pattern.replace("%n", "\n"), values);
    }

    /** The same for programs. */
    public String json() {
        JobProfile profile = plan.job();
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("job", job.name());
        json.put("samples", profile.samples());
        json.put("batch_size", profile.batchSize());
        json.put("parameters", profile.parameterCount());
        json.put("sync", plan.mode().key());
        json.put("average_every", profile.averageEvery());
        ObjectNode network = json.putObject("network");
        network.put("name", plan.merge().network().name());
        double bits = plan.merge().network().bitsPerSecond();
        if (Double.isInfinite(bits)) {
            network.putNull("bits_per_second");
        } else {
            network.put("bits_per_second", bits);
        }
        network.put("latency_seconds", plan.merge().network().latencySeconds());
        network.put("seconds_per_message", plan.merge().cost().secondsPerMessage());
        network.put("seconds_per_byte", plan.merge().cost().secondsPerByte());
        ArrayNode rows = json.putArray("predictions");
        plan.predictions().forEach(row -> put(rows.addObject(), row));
        ObjectNode most = json.putObject("most_workers_that_pay");
        for (SyncMode mode : SyncMode.values()) {
            most.put(mode.key(), plan.mostThatPay(mode));
        }
        ArrayNode memories = json.putArray("memory_of_a_worker");
        plan.predictions().forEach(row -> memory.writeTo(memories, row.workers()));
        return json.toPrettyString() + "\n";
    }

    private void put(ObjectNode json, StepTimePrediction row) {
        json.put("workers", row.workers());
        json.put("slice_samples", row.sliceSamples());
        json.put("compute_seconds", row.computeSeconds());
        json.put("update_seconds", row.updateSeconds());
        json.put("merge_seconds", row.mergeSeconds());
        json.put("step_seconds", row.stepSeconds());
        json.put("samples_per_second", plan.samplesPerSecond(row));
        json.put("efficiency", plan.efficiency(row));
        json.put("seconds_per_epoch", plan.secondsPerEpoch(row));
        json.put("best_sync", plan.bestMode(row.workers()).key());
    }
}
