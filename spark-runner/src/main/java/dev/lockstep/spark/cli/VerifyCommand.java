package dev.lockstep.spark.cli;

import dev.lockstep.core.error.ExitCode;
import java.io.PrintWriter;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code lockstep verify TARGET}. */
@Command(
        name = "verify",
        description = {
            "Check a run, checkpoint or model: checksums, completeness, format version, sizes, fencing number.",
            "Every byte is read, nothing is changed. Exit code 4 when something is damaged, and says what."
        },
        footer = {
            "",
            "Examples:",
            "  lockstep verify runs/digits",
            "  lockstep verify runs/digits/checkpoints/step-000000003290 --json",
            "  lockstep verify hdfs://namenode:8020/runs/a/model"
        })
final class VerifyCommand implements Callable<Integer> {
    private final Supplier<RunCommands> commands;

    @Spec
    @Nullable
    private CommandSpec command;

    @Parameters(
            paramLabel = "TARGET",
            description = "A run directory, a directory of checkpoints, a checkpoint or a model: a local path or Hadoop"
                    + " URI.")
    private String target = "";

    @Option(names = "--json", description = "Answer as JSON.")
    private boolean json;

    VerifyCommand(Supplier<RunCommands> commands) {
        this.commands = commands;
    }

    @Override
    public Integer call() {
        VerifyAnswer answer = commands.get().verify(new VerifyRequest(target, json));
        PrintWriter output = Objects.requireNonNull(command).commandLine().getOut();
        output.print(answer.text());
        output.flush();
        return (answer.sound() ? ExitCode.COMPLETED : ExitCode.MODEL).number();
    }
}
