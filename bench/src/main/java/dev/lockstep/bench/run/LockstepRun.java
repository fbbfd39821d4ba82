package dev.lockstep.bench.run;

import dev.lockstep.bench.Workload;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * One {@code scripts/lockstep train} that never ends by itself and works only when it is its turn; between turns all of
 * its processes stand still. What waits for other processes inside it is told to wait for a day.
 */
public final class LockstepRun implements AutoCloseable {
    private static final Duration DEADLINE = Duration.ofMinutes(3);
    private static final long LOOK_MILLISECONDS = 10;
    private static final String FOREVER_EPOCHS = "1000000000";
    private static final String DAY_SECONDS = "86400";

    /** What would otherwise take a pause for a failure: Lockstep, Spark's drivers and executors, its standalone master. */
    private static final Map<String, String> PATIENCE = Map.of(
            "cluster.stall_seconds", DAY_SECONDS,
            "cluster.spark.spark.network.timeout", DAY_SECONDS + "s",
            "cluster.spark.spark.executor.heartbeat.maxFailures", DAY_SECONDS,
            "cluster.spark.spark.worker.timeout", DAY_SECONDS);

    private final Path directory;
    private final Path log;
    private final MetricsFile metrics;
    private final Instant started;
    private final PausableProcess process;

    /**
     * Starts the command, which is not paused.
     *
     * @param data where the IDX files are
     * @param directory of the run; what is there is removed. The log lies beside it
     * @param master of Spark
     * @param settings of the job file, key by key
     */
    public LockstepRun(Workload workload, Path data, Path directory, String master, Map<String, String> settings) {
        this.directory = directory;
        log = directory.resolveSibling(directory.getFileName() + ".log");
        metrics = new MetricsFile(directory.resolve("metrics.jsonl"));
        try {
            remove(directory);
            Files.createDirectories(directory.getParent());
            Path job =
                    Files.writeString(directory.resolveSibling(directory.getFileName() + ".yaml"), workload.jobText());
            ProcessBuilder builder = new ProcessBuilder(command(job, master, settings));
            builder.environment().putAll(Workload.variables(data));
            builder.environment().put("LOCKSTEP_BUILD", "never");
            builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
            // Several drivers stand still at the same time; each would else plan with a quarter of the memory.
            builder.environment().put("LOCKSTEP_JAVA_OPTS", "-Xmx1g");
            builder.environment().remove("SPARK_HOME");
            builder.redirectErrorStream(true).redirectOutput(log.toFile());
            started = Instant.now();
            process = PausableProcess.start(builder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<String> command(Path job, String master, Map<String, String> settings) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("lockstep.root", ""), "scripts", "lockstep")
                        .toString(),
                "train",
                job.toString(),
                "--run-dir",
                directory.toString(),
                "--master",
                master));
        Map<String, String> all = new LinkedHashMap<>(PATIENCE);
        all.put("training.epochs", FOREVER_EPOCHS);
        all.putAll(settings);
        all.forEach((key, value) -> command.addAll(List.of("--set", key + "=" + value)));
        return command;
    }

    /** When the command was given. */
    public Instant started() {
        return started;
    }

    /**
     * Lets it work until enough epochs have been trained, and then stand still.
     *
     * @param enough told all epochs of this turn so far
     * @return those that began in this turn and are over
     * @throws IllegalStateException when the command ends or takes too long
     */
    public List<EpochEvent> turn(Predicate<List<EpochEvent>> enough) {
        Instant begin = Instant.now();
        process.resume();
        try {
            List<EpochEvent> epochs = new ArrayList<>();
            while (true) {
                metrics.readNew().stream().filter(epoch -> isOf(begin, epoch)).forEach(epochs::add);
                if (!epochs.isEmpty() && enough.test(epochs)) {
                    return epochs;
                }
                requireGoingOn(begin);
                Thread.sleep(LOOK_MILLISECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while Lockstep trained", e);
        } finally {
            process.pause();
        }
    }

    /** The epoch that the last pause interrupted does not count, nor one that was over and not yet written. */
    static boolean isOf(Instant beginOfTurn, EpochEvent epoch) {
        return !epoch.began().isBefore(beginOfTurn);
    }

    private void requireGoingOn(Instant begin) {
        if (!process.isAlive()) {
            throw new IllegalStateException("exit code " + process.exitCode() + "; see " + log);
        }
        if (Duration.between(begin, Instant.now()).compareTo(DEADLINE) > 0) {
            throw new IllegalStateException("not done after " + DEADLINE.toSeconds() + " s; see " + log);
        }
    }

    /** Ends the command and removes the run directory; the log stays. */
    @Override
    public void close() {
        process.close();
        try {
            remove(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
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
}
