package dev.lockstep.spark.cli;

import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code lockstep predict --model RUN --input URI --output URI}, or {@code predict RUN} for its test data. */
@Command(
        name = "predict",
        description = "Write a trained model's predictions for the rows of files, or for its job's test data.",
        footer = {
            "",
            "Examples:",
            "  lockstep predict --model runs/iris --input flowers.csv --output predictions.csv",
            "  lockstep predict --model hdfs://namenode:8020/runs/a --input hdfs://namenode:8020/days/*.parquet \\",
            "      --output hdfs://namenode:8020/predictions --keep id --master yarn",
            "  lockstep predict --model runs/pets --input pictures --output predictions --on-bad-row null",
            "  lockstep predict runs/digits --output predictions",
            "",
            "docs/scoring.md tells what is written."
        })
final class PredictCommand implements Callable<Integer> {
    private final Supplier<RunCommands> commands;
    private final DebugOption debug;

    @Spec
    @Nullable
    private CommandSpec command;

    @Parameters(
            paramLabel = "RUN",
            arity = "0..1",
            description = "The run directory, or a model in it such as RUN/model-best: a local path or a Hadoop URI.")
    @Nullable
    private String run;

    @Option(names = "--model", paramLabel = "RUN", description = "The same, by name.")
    @Nullable
    private String model;

    @Option(
            names = "--output",
            paramLabel = "URI",
            required = true,
            description = "Folder for the predictions: a local path or a Hadoop URI; CSV where it ends in .csv, else"
                    + " Parquet.")
    private String output = "";

    @ArgGroup(exclusive = false)
    @Nullable
    private InputOptions input;

    @Mixin
    private ClusterOptions cluster = new ClusterOptions();

    PredictCommand(Supplier<RunCommands> commands, DebugOption debug) {
        this.commands = commands;
        this.debug = debug;
    }

    @Override
    public Integer call() {
        CommandLine line = Objects.requireNonNull(command).commandLine();
        if ((run == null) == (model == null)) {
            throw new ParameterException(line, "expected --model RUN, once");
        }
        return commands.get()
                .predict(new PredictRequest(
                        model == null ? Objects.requireNonNull(run) : model,
                        output,
                        cluster.master,
                        cluster.workers(),
                        cluster.overrides(),
                        debug.given(),
                        input == null ? null : input.request(line)));
    }
}
