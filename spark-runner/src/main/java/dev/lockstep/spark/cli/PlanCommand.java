package dev.lockstep.spark.cli;

import dev.lockstep.core.plan.NetworkSpeed;
import dev.lockstep.core.plan.WorkerCounts;
import java.io.PrintWriter;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code lockstep plan JOB}. */
@Command(
        name = "plan",
        description = {
            "Measure a job's step on this machine for some seconds and predict what it takes with more workers.",
            "Every worker is taken to have a machine like this one to itself: run it while nothing else runs."
        },
        footer = {
            "",
            "Examples:",
            "  lockstep plan examples/digits.yaml",
            "  lockstep plan job.yaml --workers 1..1024 --network 10gbit,0.2ms",
            "  lockstep plan job.yaml --workers 1,2,8 --network 100mbit --set training.batch_size=1024 --json"
        })
final class PlanCommand implements Callable<Integer> {
    private final Supplier<RunCommands> commands;
    private final DebugOption debug;

    @Spec
    @Nullable
    private CommandSpec command;

    @Parameters(paramLabel = "JOB", description = "The job file (YAML): a local path or a Hadoop URI.")
    private String job = "";

    private List<Integer> workers = WorkerCounts.parse("1..64");

    private NetworkSpeed network = NetworkSpeed.parse("10gbit");

    @Nullable
    private Integer samples;

    private List<String> overrides = List.of();

    @Option(names = "--json", description = "Print the same as JSON.")
    private boolean json;

    PlanCommand(Supplier<RunCommands> commands, DebugOption debug) {
        this.commands = commands;
        this.debug = debug;
    }

    @Option(
            names = "--workers",
            paramLabel = "N",
            description = "1..1024 for the ends and the powers of two between, or a list such as 1,2,8; by default"
                    + " 1..64.")
    void setWorkers(String text) {
        workers = parsed("--workers", text, WorkerCounts::parse);
    }

    @Option(
            names = "--network",
            paramLabel = "SPEED",
            description = "Bandwidth of each host and one-way latency, such as 10gbit,0.2ms (by default 10gbit, and"
                    + " 0.1 ms where no latency is given); loopback for workers on one host.")
    void setNetwork(String text) {
        network = parsed("--network", text, NetworkSpeed::parse);
    }

    @Option(
            names = "--samples",
            paramLabel = "N",
            description = "Number of samples in the training files, instead of reading headers or counting rows.")
    void setSamples(Integer number) {
        if (number < 1) {
            throw wrong("--samples: expected a whole number above 0, found " + number);
        }
        samples = number;
    }

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "Set a key of the job file, such as training.batch_size=1024. May be repeated.")
    void setOverrides(List<String> settings) {
        for (String setting : settings) {
            if (setting.indexOf('=') < 1) {
                throw wrong("--set: expected KEY=VALUE such as training.epochs=3, found \"" + setting + "\"");
            }
        }
        overrides = List.copyOf(settings);
    }

    private <T> T parsed(String option, String text, Function<String, T> parser) {
        try {
            return parser.apply(text);
        } catch (IllegalArgumentException unclear) {
            throw wrong(option + ": " + unclear.getMessage());
        }
    }

    private ParameterException wrong(String message) {
        return new ParameterException(Objects.requireNonNull(command).commandLine(), message);
    }

    @Override
    public Integer call() {
        PrintWriter output = Objects.requireNonNull(command).commandLine().getOut();
        output.print(
                commands.get().plan(new PlanRequest(job, workers, network, samples, overrides, json, debug.given())));
        output.flush();
        return 0;
    }
}
