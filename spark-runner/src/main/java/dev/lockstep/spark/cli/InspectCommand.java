package dev.lockstep.spark.cli;

import java.io.PrintWriter;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code lockstep inspect TARGET}. */
@Command(
        name = "inspect",
        description = "Describe a run, checkpoint or model: layers, shapes, parameter counts.",
        footer = {
            "",
            "Examples:",
            "  lockstep inspect runs/digits",
            "  lockstep inspect hdfs://namenode:8020/runs/a/model"
        })
final class InspectCommand implements Callable<Integer> {
    private final Supplier<RunCommands> commands;
    private final DebugOption debug;

    @Spec
    @Nullable
    private CommandSpec command;

    @Parameters(
            paramLabel = "TARGET",
            description = "A run directory, checkpoint or model: a local path or Hadoop URI.")
    private String target = "";

    InspectCommand(Supplier<RunCommands> commands, DebugOption debug) {
        this.commands = commands;
        this.debug = debug;
    }

    @Override
    public Integer call() {
        PrintWriter output = Objects.requireNonNull(command).commandLine().getOut();
        output.print(commands.get().inspect(new InspectRequest(target, debug.given())));
        output.flush();
        return 0;
    }
}
