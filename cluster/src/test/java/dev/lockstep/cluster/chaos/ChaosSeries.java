package dev.lockstep.cluster.chaos;

import dev.lockstep.core.fault.FaultDrawing;
import dev.lockstep.core.fault.FaultSchedule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.config.Configurator;
import org.jspecify.annotations.Nullable;

/** Runs of one seed, each compared with the undisturbed training. */
public final class ChaosSeries {
    /**
     * What became of a run.
     *
     * @param number within the series
     * @param right whether it ended as it had to
     * @param seconds it took
     * @param account scenario, schedule and what happened, for people
     */
    public record Verdict(int number, boolean right, double seconds, String account) {}

    static {
        // It says of every connection that breaks, as an error, what could not be sent over it.
        Configurator.setLevel("org.apache.spark.network", Level.OFF);
    }

    private final long seed;
    private final Path directory;
    private final Map<String, String> undisturbed = new ConcurrentHashMap<>();

    /** @param directory takes checkpoints, which are removed again */
    public ChaosSeries(long seed, Path directory) {
        this.seed = seed;
        this.directory = directory;
    }

    /** Draws and runs one. */
    public Verdict run(int number) throws IOException, InterruptedException {
        ChaosScenario scenario = ChaosScenario.draw(seed, number);
        return run(number, scenario, FaultDrawing.draw(seed, number, scenario.ground()));
    }

    Verdict run(int number, ChaosScenario scenario, FaultSchedule schedule) throws IOException, InterruptedException {
        String expected = undisturbed(scenario);
        Path checkpoints = Files.createTempDirectory(directory, "chaos-" + number + "-");
        ChaosRun.Outcome outcome = new ChaosRun(scenario, schedule, checkpoints).run();
        delete(checkpoints);
        String complaint = complaint(outcome, expected);
        String account = schedule + "\n  " + scenario + "\n  "
                + (complaint == null ? "right" : "WRONG: " + complaint) + "\n  "
                + String.join("\n  ", outcome.notes());
        return new Verdict(number, complaint == null, outcome.seconds(), account);
    }

    /** Within the restart budget every schedule has to end with the bits of the undisturbed training. */
    private static @Nullable String complaint(ChaosRun.Outcome outcome, String expected) {
        return switch (outcome.kind()) {
            case HUNG -> outcome.text();
            case ERROR -> "ended with an error: " + outcome.text();
            case COMPLETED -> outcome.text().equals(expected)
                    ? null
                    : "parameters_sha256 " + outcome.text() + ", undisturbed " + expected;
        };
    }

    private String undisturbed(ChaosScenario scenario) throws IOException, InterruptedException {
        String known = undisturbed.get(scenario.mathematics());
        if (known == null) {
            known = UndisturbedTraining.parametersSha256(scenario);
            undisturbed.put(scenario.mathematics(), known);
        }
        return known;
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
