package dev.lockstep.spark.cli;

import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code lockstep predict RUN --output URI}. */
@Command(
        name = "predict",
        description = "Write a trained model's predictions for its test data, or for other data.",
        footer = {
            "",
            "Examples:",
            "  lockstep predict runs/digits --output predictions",
            "  lockstep predict runs/digits --output hdfs://namenode:8020/p --set data.directory=/data/new"
        })
final class PredictCommand implements Callable<Integer> {
    private final Supplier<RunCommands> commands;
    private final DebugOption debug;

    @Parameters(
            paramLabel = "RUN",
            description = "The run directory, or a model in it such as RUN/model-best: a local path or a Hadoop URI.")
    private String run = "";

    @Option(
            names = "--output",
            paramLabel = "URI",
            required = true,
            description = "Folder for the predictions: a local path or a Hadoop URI.")
    private String output = "";

    @Mixin
    private ClusterOptions cluster = new ClusterOptions();

    PredictCommand(Supplier<RunCommands> commands, DebugOption debug) {
        this.commands = commands;
        this.debug = debug;
    }

    @Override
    public Integer call() {
        return commands.get()
                .predict(new PredictRequest(
                        run, output, cluster.master, cluster.workers(), cluster.overrides(), debug.given()));
    }
}
