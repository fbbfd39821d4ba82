package dev.lockstep.spark.plan;

import dev.lockstep.cluster.membership.RunSecret;
import dev.lockstep.core.config.JobConfig;
import dev.lockstep.core.config.JobFile;
import dev.lockstep.core.plan.MergeTime;
import dev.lockstep.core.plan.NetworkSpeed;
import dev.lockstep.core.plan.StepTimePrediction;
import dev.lockstep.core.plan.SyncMode;
import dev.lockstep.core.plan.TrainingPlan;
import dev.lockstep.spark.cli.PlanRequest;
import dev.lockstep.spark.data.SampleLayout;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.conf.Configuration;

/**
 * Compares what {@code plan} predicts with steps of real workers, one and two, in processes of their own; the two in
 * network namespaces whose link has the given speed. Run by {@code scripts/validate-plan}; no part of the suite.
 *
 * <p>Arguments: folder of the test resources, job file, networks as {@code plan} takes them.
 */
public final class PlanValidation {
    private static final int STEPS_PER_EPOCH = 20;

    /** Where a step is over in a millisecond, epochs of 20 would be mostly what lies between them. */
    private static final int STEPS_PER_EPOCH_ON_ONE_HOST = 400;

    private static final double SECONDS_PER_MEASUREMENT = 8;
    private static final int FEWEST_EPOCHS = 4;
    private static final int MOST_EPOCHS = 400;
    private static final long DEADLINE_SECONDS = 180;

    private final Path userSpaceLink;
    private final JobConfig job;
    private final int samples;
    private final int steps;
    private final SampleLayout layout;

    private PlanValidation(Path resources, Path jobFile, int stepsPerEpoch) throws IOException {
        steps = stepsPerEpoch;
        userSpaceLink = resources.resolve("link").resolve("shaped_link.py");
        job = JobFile.read(
                Files.readString(jobFile),
                jobFile.toString(),
                List.of("data.validation={split: 0}", "checkpoint={every: 1000000 epochs}"),
                System.getenv());
        samples = steps * job.training().batchSize();
        layout = SampleLayout.of(job.data(), samples, new Configuration());
    }

    /** Prints a table. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        Path resources = Path.of(arguments[0]);
        Path jobFile = Path.of(arguments[1]);
        PlanValidation onOneHost = new PlanValidation(resources, jobFile, STEPS_PER_EPOCH_ON_ONE_HOST);
        PlanValidation onSeveral = new PlanValidation(resources, jobFile, STEPS_PER_EPOCH);
        List<NetworkSpeed> networks =
                Arrays.stream(arguments).skip(2).map(NetworkSpeed::parse).toList();
        System.out.printf(
                "%-16s %7s  %-20s %12s %12s %8s %14s %14s%n",
                "network",
                "workers",
                "sync",
                "predicted ms",
                "measured ms",
                "error",
                "predicted merge",
                "measured merge");
        TrainingPlan oneHostPlan = onOneHost.plan(NetworkSpeed.LOOPBACK);
        TrainingPlan severalPlan = onSeveral.plan(NetworkSpeed.parse("1gbit"));
        onOneHost.compare(oneHostPlan, NetworkSpeed.LOOPBACK, 1, SyncMode.GRADIENT_SHARING);
        for (NetworkSpeed network : networks) {
            for (SyncMode mode : SyncMode.values()) {
                if (network.equals(NetworkSpeed.LOOPBACK)) {
                    onOneHost.compare(oneHostPlan, network, 2, mode);
                } else {
                    onSeveral.compare(severalPlan, network, 2, mode);
                }
            }
        }
    }

    private TrainingPlan plan(NetworkSpeed network) {
        PlanRequest request = new PlanRequest("", List.of(1, 2), network, samples, List.of(), false, false);
        return PlanReport.of(job, request, false, new Configuration()).plan();
    }

    private void compare(TrainingPlan plan, NetworkSpeed network, int workers, SyncMode mode)
            throws IOException, InterruptedException {
        TrainingPlan onNetwork =
                new TrainingPlan(plan.job(), new MergeTime(network, plan.merge().cost()), mode, List.of(workers));
        StepTimePrediction predicted = onNetwork.predictions().get(0);
        double[] measured = measure(network, workers, mode, predicted.stepSeconds());
        System.out.printf(
                Locale.ROOT,
                "%-16s %7d  %-20s %12.3f %12.3f %+7.1f%% %14.3f %14.3f%n",
                network.name(),
                workers,
                mode.key(),
                1e3 * predicted.stepSeconds(),
                1e3 * measured[0],
                100 * (predicted.stepSeconds() / measured[0] - 1),
                1e3 * predicted.mergeSeconds(),
                1e3 * measured[1]);
    }

    /** Seconds of a step and of its merge. */
    private double[] measure(NetworkSpeed network, int workers, SyncMode mode, double expectedSeconds)
            throws IOException, InterruptedException {
        long epochs = Math.round(SECONDS_PER_MEASUREMENT / (steps * expectedSeconds));
        String run = jobJson(mode, Math.max(FEWEST_EPOCHS, Math.min(MOST_EPOCHS, epochs)));
        String secret = RunSecret.random().hex();
        List<Process> processes = new ArrayList<>();
        try (ShapedLink link = ShapedLink.open(network, userSpaceLink)) {
            Process first = start(link, 0, workers, link.address(0), run, secret);
            processes.add(first);
            BufferedReader output =
                    new BufferedReader(new InputStreamReader(first.getInputStream(), StandardCharsets.UTF_8));
            String address = awaitLine(output, "address ");
            for (int rank = 1; rank < workers; rank++) {
                processes.add(start(link, rank, workers, address, run, secret));
            }
            String[] seconds = awaitLine(output, "measured ").split(" ", -1);
            for (Process process : processes) {
                if (!process.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS)) {
                    throw new IOException("a worker did not end");
                }
            }
            return new double[] {Double.parseDouble(seconds[0]), Double.parseDouble(seconds[1])};
        } finally {
            processes.forEach(Process::destroyForcibly);
        }
    }

    private String jobJson(SyncMode mode, long epochs) {
        return JobFile.toJson(JobFile.read(
                        JobFile.toYaml(job),
                        "job",
                        List.of("cluster.sync=" + mode.key(), "training.epochs=" + epochs),
                        Map.of()))
                .toString();
    }

    private Process start(ShapedLink link, int rank, int size, String address, String run, String secret)
            throws IOException {
        String shape = layout.features().toString().replaceAll("[() ]", "").replace(',', 'x');
        List<String> java = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseParallelGC",
                "-Xmx1g",
                "-cp",
                System.getProperty("java.class.path"),
                MeasuredWorker.class.getName(),
                String.valueOf(rank),
                String.valueOf(size),
                address,
                shape,
                String.valueOf(samples),
                run);
        ProcessBuilder builder = new ProcessBuilder(link.on(Math.min(rank, 1), java));
        builder.environment().put(MeasuredWorker.SECRET_VARIABLE, secret);
        if (rank == 0) {
            builder.redirectError(ProcessBuilder.Redirect.INHERIT);
        } else {
            builder.inheritIO();
        }
        return builder.start();
    }

    private static String awaitLine(BufferedReader output, String start) throws IOException {
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            if (line.startsWith(start)) {
                return line.substring(start.length());
            }
        }
        throw new IOException("a worker ended before it said \"" + start + "\"");
    }
}
