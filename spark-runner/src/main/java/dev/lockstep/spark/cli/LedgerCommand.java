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

/** {@code lockstep ledger RUN}. */
@Command(
        name = "ledger",
        description = {
            "Prove from a run's ledger that every sample was used exactly once in every finished epoch.",
            "The run keeps one with train --ledger. Ends with 0 when it is proven, else with 4 and the first offences."
        },
        footer = {"", "Examples:", "  lockstep train job.yaml --ledger", "  lockstep ledger runs/digits"})
final class LedgerCommand implements Callable<Integer> {
    private final Supplier<RunCommands> commands;

    @Spec
    @Nullable
    private CommandSpec command;

    @Parameters(paramLabel = "RUN", description = "The run directory: a local path or Hadoop URI.")
    private String run = "";

    @Option(names = "--json", description = "Answer in JSON, for programs.")
    private boolean json;

    LedgerCommand(Supplier<RunCommands> commands) {
        this.commands = commands;
    }

    @Override
    public Integer call() {
        LedgerVerdict verdict = commands.get().ledger(new LedgerRequest(run, json));
        PrintWriter output = Objects.requireNonNull(command).commandLine().getOut();
        output.print(verdict.text());
        output.flush();
        return (verdict.proven() ? ExitCode.COMPLETED : ExitCode.MODEL).number();
    }
}
