package dev.lockstep.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The program behind {@code scripts/bench}. */
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        description = "Measures Lockstep and its rivals in turns, prints a table and writes it as JSON.")
public final class BenchmarkCommand implements Callable<Integer> {
    private static final int FEWEST_ROUNDS = 5;

    @Option(names = "--rounds", paramLabel = "N", description = "Rounds of each contender; 5 unless given.")
    private int rounds = FEWEST_ROUNDS;

    @Option(names = "--seconds", paramLabel = "S", description = "Length of a round in one process; 1 unless given.")
    private double seconds = 1;

    @Option(
            names = "--minutes",
            paramLabel = "M",
            description = "No round is begun that would end later than this; 9.5 unless given.")
    private double minutes = 9.5;

    @Option(
            names = "--only",
            paramLabel = "TEXT",
            description =
                    "Only contenders whose label contains this, such as \"A \", lockstep, x1, \"x2 batch 64\". May"
                            + " be repeated: all that match one of them.")
    private List<String> only = new ArrayList<>();

    @Option(
            names = "--output",
            paramLabel = "FILE",
            description = "Where the JSON goes; target/bench/bench.json unless given.")
    private Path output = Path.of(System.getProperty("lockstep.root", ""), "target", "bench", "bench.json");

    private final long started = System.nanoTime();

    /** Runs a command line and ends the process with its exit code. */
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new BenchmarkCommand()).execute(arguments));
    }

    @Override
    public Integer call() throws IOException {
        if (rounds < 1) {
            throw new CommandLine.ParameterException(new CommandLine(this), "--rounds: expected at least 1");
        }
        Path directory = Files.createDirectories(Path.of(System.getProperty("lockstep.root", ""), "target", "bench")
                .toAbsolutePath());
        Map<String, String> machine = Machine.describe();
        BenchmarkPlan plan = new BenchmarkPlan(directory, Runtime.getRuntime().availableProcessors());
        List<Measurement> measurements = new ArrayList<>();
        Map<String, String> skipped = new LinkedHashMap<>();
        Map<Workload, List<Entry>> entries = new EnumMap<>(Workload.class);
        for (Workload workload : Workload.values()) {
            entries.put(
                    workload,
                    plan.entries(workload).stream().filter(this::isWanted).toList());
        }
        int remaining = entries.values().stream().mapToInt(List::size).sum();
        for (Map.Entry<Workload, List<Entry>> part : entries.entrySet()) {
            int count = part.getValue().size();
            if (count == 0) {
                continue;
            }
            plan.drawData(part.getKey());
            // Each entry has an equal share of the time that is left.
            long now = System.nanoTime();
            long end = now + (long) ((minutes * 60e9 - (now - started)) * count / remaining);
            remaining -= count;
            Rounds turns = new Rounds(rounds, seconds, end, this::tell);
            measurements.addAll(turns.run(part.getValue()));
            skipped.putAll(turns.skipped());
        }
        machine.put("minutes", String.format(Locale.ROOT, "%.1f", (System.nanoTime() - started) / 60e9));
        BenchmarkReport report = new BenchmarkReport(machine, measurements, skipped);
        System.out.print(report.table());
        report.write(output);
        System.out.println("\nWritten to " + output);
        return 0;
    }

    private boolean isWanted(Entry entry) {
        return only.isEmpty() || only.stream().anyMatch(entry.label()::contains);
    }

    private void tell(String line) {
        System.err.printf(Locale.ROOT, "bench: %4.0f s  %s%n", (System.nanoTime() - started) / 1e9, line);
    }
}
