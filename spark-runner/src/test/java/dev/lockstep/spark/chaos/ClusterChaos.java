package dev.lockstep.spark.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lockstep.cluster.chaos.ChaosSeries.Verdict;
import dev.lockstep.cluster.storage.RunDirectory;
import dev.lockstep.core.fault.Fault;
import dev.lockstep.core.fault.FaultDrawing;
import dev.lockstep.core.fault.FaultGround;
import dev.lockstep.core.fault.FaultSchedule;
import dev.lockstep.spark.launch.RunningLockstep;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.conf.Configuration;
import org.jspecify.annotations.Nullable;

/** Trainings on a cluster: executors bring their faults about, this process kills or stops the driver. */
final class ClusterChaos {
    private static final int STEPS = 60;
    private static final int STALL_SECONDS = 5;
    private static final Duration UNDISTURBED = Duration.ofMinutes(5);
    private static final Duration EACH_FAULT = Duration.ofMinutes(2);

    /** A checkpoint's files, opened and closed each, and its rename. */
    private static final int WRITES = 9;

    private static final String JOB =
            """
            name: chaos
            seed: 7
            data: {format: digits, train_samples: 1200, test_samples: 200, scale: 255, validation: {split: 0}}
            model:
              layers:
                - flatten
                - dense: {units: 32, activation: relu}
                - batch_normalization
                - dense: {units: 10, activation: softmax}
            training:
              loss: sparse_categorical_crossentropy
              optimizer: adam
              batch_size: 60
              epochs: 3
              metrics: [accuracy]
            cluster: {stall_seconds: %d, join_seconds: 90}
            checkpoint: {every: 10 steps}
            report: {samples: 0}
            """;

    private final long seed;
    private final String master;
    private final int workers;
    private final Path directory;
    private final String runs;
    private final Path job;
    private @Nullable String expected;
    private long undisturbedMilliseconds;

    ClusterChaos(long seed, String master, int workers, Path directory, @Nullable String runs) throws IOException {
        this.seed = seed;
        this.master = master;
        this.workers = workers;
        this.directory = directory;
        this.runs = runs == null ? directory.resolve("runs").toString() : runs.replaceAll("/+$", "");
        this.job = Files.writeString(directory.resolve("chaos.yaml"), JOB.formatted(STALL_SECONDS));
    }

    Verdict run(int number) throws IOException, InterruptedException {
        String right = expected;
        if (right == null) {
            right = undisturbed();
            expected = right;
        }
        FaultSchedule schedule =
                FaultDrawing.draw(seed, number, new FaultGround(workers, STEPS, 1_000 * STALL_SECONDS, WRITES, false));
        long started = System.nanoTime();
        StringBuilder account = new StringBuilder(schedule.toString());
        String complaint;
        try {
            String run = runs + "/seed-" + seed + "-run-" + number;
            complaint = train(schedule, run, account);
            if (complaint == null) {
                String found = hash(run);
                complaint = right.equals(found) ? null : "parameters_sha256 " + found + ", undisturbed " + right;
            }
        } catch (AssertionError late) {
            complaint = "not over within its deadline: " + late.getMessage();
        }
        account.append("\n  ").append(complaint == null ? "right" : "WRONG: " + complaint);
        return new Verdict(number, complaint == null, (System.nanoTime() - started) / 1e9, account.toString());
    }

    private String undisturbed() throws IOException, InterruptedException {
        long started = System.nanoTime();
        String run = runs + "/seed-" + seed + "-undisturbed-" + started;
        StringBuilder account = new StringBuilder();
        String complaint = train(FaultSchedule.none(seed, 0), run, account);
        if (complaint != null) {
            throw new IOException("the undisturbed training failed: " + complaint + account);
        }
        undisturbedMilliseconds = (System.nanoTime() - started) / 1_000_000;
        String hash = String.valueOf(hash(run));
        System.out.printf("undisturbed: %s, %d ms%n", hash, undisturbedMilliseconds);
        return hash;
    }

    /** Gives the command, and gives it again where its driver was killed or stopped. Returns what went wrong, or null. */
    private @Nullable String train(FaultSchedule schedule, String run, StringBuilder account)
            throws IOException, InterruptedException {
        Duration deadline =
                UNDISTURBED.plus(EACH_FAULT.multipliedBy(schedule.faults().size()));
        String faults = schedule.faults().isEmpty() ? "" : schedule.toJson();
        for (Fault fault : schedule.faults()) {
            if (fault instanceof Fault.KillDriver || fault instanceof Fault.StopRun) {
                try (RunningLockstep driver = start(run, faults)) {
                    TimeUnit.MILLISECONDS.sleep(driverMoment(schedule, fault));
                    if (fault instanceof Fault.KillDriver) {
                        driver.kill();
                    } else {
                        driver.terminate();
                        driver.awaitExit(deadline);
                    }
                }
                account.append("\n  ").append(fault).append(": brought about, the command is given again");
                faults = "";
            }
        }
        try (RunningLockstep driver = start(run, faults)) {
            int exit = driver.awaitExit(deadline);
            driver.output()
                    .lines()
                    .filter(line -> line.matches(".*(Fault on purpose|Generation|lost|evicted|attempt).*"))
                    .forEach(line -> account.append("\n    ").append(line));
            return exit == 0 ? null : "exit code " + exit + "\n" + driver.output();
        }
    }

    /** Some time between the start and the end of an undisturbed training. */
    private long driverMoment(FaultSchedule schedule, Fault fault) {
        long step = fault.at() == null ? 0 : fault.at().step();
        long jitter = new SplittableRandom(seed + schedule.run()).nextLong(1_000);
        return undisturbedMilliseconds / 3 + undisturbedMilliseconds * step / (2 * STEPS) + jitter;
    }

    private RunningLockstep start(String run, String faults) throws IOException {
        Map<String, String> environment = new HashMap<>();
        environment.put(InjectedFaults.VARIABLE, faults);
        String sparkHome = System.getenv("SPARK_HOME");
        if (sparkHome != null) {
            environment.put("SPARK_HOME", sparkHome);
        }
        return RunningLockstep.start(
                directory,
                environment,
                List.of(
                        "train",
                        job.toString(),
                        "--master",
                        master,
                        "--workers",
                        String.valueOf(workers),
                        "--run-dir",
                        run));
    }

    private static @Nullable String hash(String run) throws IOException {
        JsonNode result = new ObjectMapper()
                .readTree(RunDirectory.at(run, new Configuration())
                        .readText("result.json")
                        .orElse("{}"));
        return result.path("parameters_sha256").textValue();
    }
}
