package dev.lockstep.bench.micro;

import dev.lockstep.bench.Workload;
import dev.lockstep.core.error.LockstepException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * The program behind {@code scripts/bench --micro}. It runs every class of this package whose name ends with
 * {@code Benchmark}: another part of a step is one more class.
 */
@Command(
        name = "bench --micro",
        mixinStandardHelpOptions = true,
        description = "Measures the parts of a step one by one with JMH.")
public final class MicroBenchmarks implements Callable<Integer> {
    private static final int FORKS = 2;
    private static final int WARM_UPS = 3;
    private static final int ITERATIONS = 5;

    @Option(names = "--only", paramLabel = "NAME", description = "A class, such as OptimizerBenchmark.")
    private String only = "";

    @Option(
            names = "--output",
            paramLabel = "FILE",
            description = "Where the JSON goes; target/bench/micro.json unless given.")
    private Path output = Path.of(System.getProperty("lockstep.root", ""), "target", "bench", "micro.json");

    /** Runs a command line and ends the process with its exit code. */
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new MicroBenchmarks()).execute(arguments));
    }

    @Override
    public Integer call() throws IOException, RunnerException {
        Path parent = output.toAbsolutePath().getParent();
        if (parent != null) {
            Files.createDirectories(parent);
        }
        ChainedOptionsBuilder options = new OptionsBuilder()
                .include(MicroBenchmarks.class.getPackageName() + "\\." + (only.isEmpty() ? "\\w+Benchmark" : only)
                        + "\\.")
                .mode(Mode.AverageTime)
                .timeUnit(TimeUnit.MICROSECONDS)
                .forks(FORKS)
                .warmupIterations(WARM_UPS)
                .warmupTime(TimeValue.seconds(1))
                .measurementIterations(ITERATIONS)
                .measurementTime(TimeValue.seconds(1))
                .param("workload", knownWorkloads().toArray(new String[0]))
                .resultFormat(ResultFormatType.JSON)
                .result(output.toString());
        new Runner(options.build()).run();
        return 0;
    }

    /** Those that this version of Lockstep can compute. */
    private static List<String> knownWorkloads() {
        return Arrays.stream(Workload.values())
                .filter(MicroBenchmarks::isKnown)
                .map(Workload::name)
                .toList();
    }

    private static boolean isKnown(Workload workload) {
        try {
            workload.job(Path.of("."), List.of());
            return true;
        } catch (LockstepException e) {
            System.err.println("bench: without model " + workload.letter() + ": " + e.getMessage());
            return false;
        }
    }
}
