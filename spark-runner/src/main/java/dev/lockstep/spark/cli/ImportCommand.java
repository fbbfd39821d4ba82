package dev.lockstep.spark.cli;

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

/** {@code lockstep import FILE --output DIR}. */
@Command(
        name = "import",
        description = {
            "Make a model of Lockstep from one of Keras (a Sequential's .h5) or of DL4J (a MultiLayerNetwork's zip).",
            "evaluate, predict, inspect and model.initial_weights take the directory. See docs/interchange.md."
        },
        footer = {
            "",
            "Examples:",
            "  lockstep import model.h5 --output models/keras",
            "  lockstep import model.zip --output models/dl4j --input-shape 28,28,1 --data job.yaml"
        })
final class ImportCommand implements Callable<Integer> {
    private final Supplier<RunCommands> commands;
    private final DebugOption debug;

    @Spec
    @Nullable
    private CommandSpec command;

    @Parameters(paramLabel = "FILE", description = "The model's file: a local path or a Hadoop URI.")
    private String model = "";

    @Option(
            names = "--output",
            paramLabel = "DIR",
            required = true,
            description = "Directory to write model/ into: a local path or a Hadoop URI.")
    private String output = "";

    @Option(
            names = "--input-shape",
            paramLabel = "SIZES",
            description = "Shape of one sample, such as 28,28,1, where the file does not tell it.")
    @Nullable
    private String inputShape;

    @Option(
            names = "--data",
            paramLabel = "JOB",
            description = "A job file whose data section the model gets; else name the data by --set when it is used.")
    @Nullable
    private String dataJob;

    ImportCommand(Supplier<RunCommands> commands, DebugOption debug) {
        this.commands = commands;
        this.debug = debug;
    }

    @Override
    public Integer call() {
        PrintWriter out = Objects.requireNonNull(command).commandLine().getOut();
        out.print(commands.get().importModel(new ImportRequest(model, output, inputShape, dataJob, debug.given())));
        out.flush();
        return 0;
    }
}
