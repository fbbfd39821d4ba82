package dev.lockstep.spark.cli;

import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code lockstep evaluate RUN}. */
@Command(
        name = "evaluate",
        description = "Evaluate a trained model on its test data, or on other data.",
        footer = {
            "",
            "Examples:",
            "  lockstep evaluate runs/digits",
            "  lockstep evaluate hdfs://namenode:8020/runs/a --set data.directory=hdfs://namenode:8020/data/new"
        })
final class EvaluateCommand implements Callable<Integer> {
    private final Supplier<RunCommands> commands;
    private final DebugOption debug;

    @Parameters(
            paramLabel = "RUN",
            description = "The run directory, or a model in it such as RUN/model-best: a local path or a Hadoop URI.")
    private String run = "";

    @Mixin
    private ClusterOptions cluster = new ClusterOptions();

    EvaluateCommand(Supplier<RunCommands> commands, DebugOption debug) {
        this.commands = commands;
        this.debug = debug;
    }

    @Override
    public Integer call() {
        return commands.get()
                .evaluate(new EvaluateRequest(
                        run, cluster.master, cluster.workers(), cluster.overrides(), debug.given()));
    }
}
