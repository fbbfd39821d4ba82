package dev.lockstep.spark.cli;

import java.io.PrintWriter;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code lockstep doctor [JOB]}. */
@Command(
        name = "doctor",
        description = {
            "Look at everything that a run needs, and say of each thing that is in its way what to do about it:",
            "versions, native libraries, slots, data, memory, rights, storage, disks, ports between executors, clocks.",
            "Every check has a deadline. Ends with 0 when a run could start, else with the code that it would end with."
        },
        footer = {
            "",
            "Examples:",
            "  lockstep doctor",
            "  lockstep doctor job.yaml --run-dir hdfs://namenode:8020/runs/a",
            "  lockstep doctor job.yaml --master spark://master:7077 --workers 8 --json"
        })
final class DoctorCommand implements Callable<Integer> {
    private final Supplier<RunCommands> commands;
    private final DebugOption debug;

    @Spec
    @Nullable
    private CommandSpec command;

    @Parameters(
            paramLabel = "JOB",
            arity = "0..1",
            description =
                    "The job file (YAML): a local path or a Hadoop URI. Without one, data and memory are left out.")
    @Nullable
    private String job;

    @Option(
            names = "--run-dir",
            paramLabel = "URI",
            description = "Where the run would go; by default runs/NAME in the working directory, as for train.")
    @Nullable
    private String runDirectory;

    @Option(names = "--json", description = "Print the same as JSON.")
    private boolean json;

    @Mixin
    private ClusterOptions cluster = new ClusterOptions();

    DoctorCommand(Supplier<RunCommands> commands, DebugOption debug) {
        this.commands = commands;
        this.debug = debug;
    }

    @Override
    public Integer call() {
        PrintWriter output = Objects.requireNonNull(command).commandLine().getOut();
        DoctorAnswer answer = commands.get()
                .doctor(new DoctorRequest(
                        job,
                        runDirectory,
                        cluster.master,
                        cluster.workers(),
                        cluster.overrides(),
                        json,
                        debug.given()));
        output.print(answer.text());
        output.flush();
        return answer.exitCode();
    }
}
