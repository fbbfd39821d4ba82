package dev.lockstep.spark.cli;

import java.io.PrintWriter;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code lockstep export --model RUN --format dl4j --output FILE}. */
@Command(
        name = "export",
        description = "Write a trained model as a file for DL4J's ModelSerializer. See docs/interchange.md.",
        footer = {"", "Example:", "  lockstep export --model runs/digits --format dl4j --output digits.zip"})
final class ExportCommand implements Callable<Integer> {
    /** What can be written. */
    enum Format {
        dl4j
    }

    private final Supplier<RunCommands> commands;
    private final DebugOption debug;

    @Spec
    @Nullable
    private CommandSpec command;

    @Option(
            names = "--model",
            paramLabel = "RUN",
            required = true,
            description = "A run directory or model directory: a local path or a Hadoop URI.")
    private String model = "";

    @Option(
            names = "--format",
            paramLabel = "dl4j",
            defaultValue = "dl4j",
            description = "Of the file: dl4j, the zip of a MultiLayerNetwork.")
    private Format format = Format.dl4j;

    @Option(
            names = "--output",
            paramLabel = "FILE",
            required = true,
            description = "The file to write: a local path or a Hadoop URI.")
    private String output = "";

    ExportCommand(Supplier<RunCommands> commands, DebugOption debug) {
        this.commands = commands;
        this.debug = debug;
    }

    @Override
    public Integer call() {
        PrintWriter out = Objects.requireNonNull(command).commandLine().getOut();
        out.print(commands.get().exportModel(new ExportRequest(model, output, debug.given())));
        out.flush();
        return 0;
    }
}
