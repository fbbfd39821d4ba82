package dev.lockstep.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The program behind {@code scripts/bench --scoring}. */
@Command(
        name = "bench --scoring",
        mixinStandardHelpOptions = true,
        description = "Measures predicting beside training, prints a table and writes it as JSON.")
public final class ScoringCommand implements Callable<Integer> {
    @Option(names = "--rounds", paramLabel = "N", description = "Rounds of what takes turns; 7 unless given.")
    private int rounds = 7;

    @Option(
            names = "--output",
            paramLabel = "FILE",
            description = "Where the JSON goes; target/bench/scoring.json unless given.")
    private Path output = Path.of(System.getProperty("lockstep.root", ""), "target", "bench", "scoring.json");

    /** Runs a command line and ends the process with its exit code. */
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new ScoringCommand()).execute(arguments));
    }

    @Override
    public Integer call() throws IOException {
        if (rounds < 1) {
            throw new CommandLine.ParameterException(new CommandLine(this), "--rounds: expected at least 1");
        }
        long started = System.nanoTime();
        Path directory = Files.createDirectories(Path.of(System.getProperty("lockstep.root", ""), "target", "bench")
                .toAbsolutePath());
        Map<String, String> machine = Machine.describe();
        List<Overhead> measured;
        try (ScoringRates rates = new ScoringRates(directory, rounds, line -> System.err.println("bench: " + line))) {
            measured = rates.all();
        }
        machine.put("minutes", String.format(Locale.ROOT, "%.1f", (System.nanoTime() - started) / 60e9));
        OverheadReport report = new OverheadReport(machine, measured);
        System.out.print(report.table());
        report.write(output);
        System.out.println("\nWritten to " + output);
        return 0;
    }
}
