package dev.lockstep.spark.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code lockstep report RUN...}. */
@Command(
        name = "report",
        description = "Make the page about a run again, or one page that compares several.",
        footer = {
            "",
            "Examples:",
            "  lockstep report runs/digits",
            "  lockstep report runs/adam runs/sgd --output optimizers.html",
            "  lockstep report hdfs://namenode:8020/runs/a --output a.html"
        })
final class ReportCommand implements Callable<Integer> {
    private final Supplier<RunCommands> commands;

    @Spec
    @Nullable
    private CommandSpec command;

    @Parameters(paramLabel = "RUN", arity = "1..*", description = "Run directories: local paths or Hadoop URIs.")
    private List<String> runs = new ArrayList<>();

    @Option(
            names = "--output",
            paramLabel = "FILE",
            description = "The page; by default report.html in the run directory, or comparison.html.")
    @Nullable
    private String output;

    ReportCommand(Supplier<RunCommands> commands) {
        this.commands = commands;
    }

    @Override
    public Integer call() {
        PrintWriter out = Objects.requireNonNull(command).commandLine().getOut();
        out.println("Report: " + commands.get().report(new ReportRequest(runs, output)));
        out.flush();
        return 0;
    }
}
