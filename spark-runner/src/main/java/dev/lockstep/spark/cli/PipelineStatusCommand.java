package dev.lockstep.spark.cli;

import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code lockstep pipeline status FILE}. */
@Command(
        name = "status",
        description = "Say what is published and how the last days ended.",
        footer = {"", "Examples:", "  lockstep pipeline status pipeline.yaml --json"})
final class PipelineStatusCommand implements Callable<Integer> {
    private final Supplier<RunCommands> commands;

    @Spec
    @Nullable
    private CommandSpec command;

    @Mixin
    private PipelineFileOption file = new PipelineFileOption();

    @Option(names = "--json", description = "As JSON.")
    private boolean json;

    PipelineStatusCommand(Supplier<RunCommands> commands) {
        this.commands = commands;
    }

    @Override
    public Integer call() {
        String pipeline = file.file();
        String status = commands.get().pipelineStatus(new PipelineStatusRequest(pipeline, json, file.overrides()));
        if (command != null) {
            command.commandLine().getOut().print(status);
            command.commandLine().getOut().flush();
        }
        return 0;
    }
}
