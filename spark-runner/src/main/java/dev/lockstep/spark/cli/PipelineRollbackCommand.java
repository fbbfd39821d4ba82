package dev.lockstep.spark.cli;

import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code lockstep pipeline rollback FILE}. */
@Command(
        name = "rollback",
        description = {
            "Make the version current again that was current before, or another one.",
            "A run that is under way does not keep it from that. The next day that passes the gate is published as ever."
        },
        footer = {
            "",
            "Examples:",
            "  lockstep pipeline rollback pipeline.yaml",
            "  lockstep pipeline rollback pipeline.yaml --to 2026-01-29"
        })
final class PipelineRollbackCommand implements Callable<Integer> {
    private final Supplier<RunCommands> commands;

    @Spec
    @Nullable
    private CommandSpec command;

    @Mixin
    private PipelineFileOption file = new PipelineFileOption();

    @Option(names = "--to", paramLabel = "VERSION", description = "Which version, as pipeline status shows them.")
    @Nullable
    private String to;

    PipelineRollbackCommand(Supplier<RunCommands> commands) {
        this.commands = commands;
    }

    @Override
    public Integer call() {
        String pipeline = file.file();
        String done = commands.get().rollBack(new RollbackRequest(pipeline, to, file.overrides()));
        if (command != null) {
            command.commandLine().getOut().print(done);
            command.commandLine().getOut().flush();
        }
        return 0;
    }
}
