package dev.lockstep.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Lockstep on Spark: every round is one {@code scripts/lockstep train} on {@code local-cluster[2,1,1024]}, whose two
 * executors are JVMs of their own. What counts is the time in steps of the later epochs: the first half, at least
 * one, warms the executors up, since they are new in every round.
 */
final class SparkContender implements Contender {
    private static final long DEADLINE_SECONDS = 180;
    private static final double TRAINING_SECONDS = 4;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Workload workload;
    private final Path data;
    private final Path runs;
    private final int globalBatch;
    private final String sync;
    private final Map<String, List<Double>> figures = new TreeMap<>();
    private int epochs;
    private int round;

    /**
     * A contender that starts Spark for every round.
     *
     * @param runs where run directories go
     * @param globalBatch samples a step of both workers together
     * @param sync the job file's {@code cluster.sync}
     * @param firstEpochs epochs of the first round, the fewest of any, the unmeasured ones included
     */
    SparkContender(Workload workload, Path data, Path runs, int globalBatch, String sync, int firstEpochs) {
        this.workload = workload;
        this.data = data;
        this.runs = runs;
        this.globalBatch = globalBatch;
        this.sync = sync;
        this.epochs = firstEpochs;
    }

    /** Trains once to know how many epochs a round should have. */
    @Override
    public String prepare() {
        double rate = rate(1);
        epochs = Math.max(epochs, (int) Math.ceil(rate * TRAINING_SECONDS / workload.samples()));
        figures.clear();
        return "local-cluster[2,1,1024], cluster.sync: " + sync + ", 1 thread each, " + epochs + " epochs a round";
    }

    /** Trains a round, whose length the first one has set. */
    @Override
    public double rate(int steps) {
        Path run = runs.resolve(workload.letter() + "-" + globalBatch + "-" + round++);
        try {
            remove(run);
            train(run);
            double rate = steadyRate(Files.readAllLines(run.resolve("metrics.jsonl"), StandardCharsets.UTF_8));
            remove(run);
            return rate;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while Spark trained", e);
        }
    }

    /** Medians over the rounds: milliseconds a step of each phase on one rank, bytes a step on the wire. */
    Map<String, Double> figures() {
        Map<String, Double> medians = new TreeMap<>();
        figures.forEach((name, values) -> medians.put(
                name,
                Measurement.median(
                        values.stream().mapToDouble(Double::doubleValue).toArray())));
        return medians;
    }

    private static void remove(Path run) throws IOException {
        if (!Files.exists(run)) {
            return;
        }
        try (Stream<Path> files = Files.walk(run)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private void train(Path run) throws IOException, InterruptedException {
        Files.createDirectories(runs);
        Path job = Files.writeString(runs.resolve("job-" + workload.letter() + ".yaml"), workload.jobText());
        Path root = Path.of(System.getProperty("lockstep.root", ""));
        ProcessBuilder builder = new ProcessBuilder(
                root.resolve("scripts/lockstep").toString(),
                "train",
                job.toString(),
                "--run-dir",
                run.toString(),
                "--master",
                "local-cluster[2,1,1024]",
                "--set",
                "cluster.workers=2",
                "--set",
                "cluster.sync=" + sync,
                "--set",
                "training.batch_size=" + globalBatch,
                "--set",
                "training.epochs=" + epochs);
        Path log = runs.resolve(run.getFileName() + ".log");
        builder.environment().putAll(Workload.variables(data));
        builder.environment().put("LOCKSTEP_BUILD", "never");
        builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
        builder.environment().remove("SPARK_HOME");
        Process process =
                builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
        // An interrupted benchmark leaves no training behind; for one that has ended this does nothing.
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroy));
        if (!process.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS)) {
            process.destroy();
            throw new IllegalStateException("not done after " + DEADLINE_SECONDS + " s; see " + log);
        }
        if (process.exitValue() != 0) {
            throw new IllegalStateException("exit code " + process.exitValue() + "; see " + log);
        }
    }

    private double steadyRate(List<String> metrics) throws IOException {
        List<JsonNode> epochs = new ArrayList<>();
        for (String line : metrics) {
            JsonNode event = JSON.readTree(line);
            if (event.path("event").asText().equals("epoch")) {
                epochs.add(event);
            }
        }
        double seconds = 0;
        double samples = 0;
        double steps = 0;
        Map<String, Double> sums = new TreeMap<>();
        for (JsonNode epoch : epochs.subList(Math.max(1, epochs.size() / 2), epochs.size())) {
            double epochSeconds = epoch.path("seconds").asDouble();
            double epochSteps = epoch.path("steps_per_epoch").asDouble();
            seconds += epochSeconds;
            samples += epochSeconds * epoch.path("samples_per_second").asDouble();
            steps += epochSteps;
            addFigures(epoch, epochSteps, sums);
        }
        for (Map.Entry<String, Double> sum : sums.entrySet()) {
            figures.computeIfAbsent(sum.getKey(), name -> new ArrayList<>()).add(sum.getValue() / steps);
        }
        return samples / seconds;
    }

    private static void addFigures(JsonNode epoch, double steps, Map<String, Double> sums) {
        for (Map.Entry<String, JsonNode> phase : epoch.path("phase_seconds").properties()) {
            sums.merge(phase.getKey() + "_ms", 1e3 * phase.getValue().asDouble(), Double::sum);
        }
        if (epoch.has("bytes_per_step")) {
            sums.merge("bytes_per_step", steps * epoch.path("bytes_per_step").asDouble(), Double::sum);
        }
    }

    @Override
    public void close() {
        // Every round has ended its processes.
    }
}
