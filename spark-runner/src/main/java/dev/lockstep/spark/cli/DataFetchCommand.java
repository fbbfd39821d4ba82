package dev.lockstep.spark.cli;

import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code lockstep data fetch NAME}. */
@Command(
        name = "fetch",
        description = {
            "Download the official files of a data set and verify their checksums.",
            "Files that are there already and right are left alone; a broken download is continued."
        },
        footer = {
            "",
            "Examples:",
            "  lockstep data fetch fashion-mnist",
            "  lockstep data fetch mnist --directory /data/mnist --base-url https://mirror.example.org/mnist/"
        })
final class DataFetchCommand implements Callable<Integer> {
    private final PrintWriter output;

    @Spec
    @Nullable
    private CommandSpec command;

    @Parameters(paramLabel = "NAME", description = "fashion-mnist or mnist.")
    private String name = "";

    @Option(
            names = "--directory",
            paramLabel = "D",
            description = "Where the files go; by default fashion_mnist or mnist in $LOCKSTEP_DATA, or in data.")
    @Nullable
    private Path directory;

    @Option(names = "--base-url", paramLabel = "U", description = "Where the files come from, if not their publisher.")
    @Nullable
    private URI baseUrl;

    DataFetchCommand(PrintWriter output) {
        this.output = output;
    }

    @Override
    public Integer call() {
        PublicDataSet dataSet = Arrays.stream(PublicDataSet.values())
                .filter(candidate -> candidate.commandName().equals(name))
                .findFirst()
                .orElseThrow(() -> new ParameterException(
                        Objects.requireNonNull(command).commandLine(),
                        "expected fashion-mnist or mnist, found \"" + name + "\""));
        Path target = directory != null
                ? directory
                : Path.of(Objects.requireNonNullElse(System.getenv("LOCKSTEP_DATA"), "data"), dataSet.folder());
        new DataSetFetcher(output::println)
                .fetch(dataSet.files(), baseUrl != null ? baseUrl : dataSet.baseUrl(), target);
        output.println(name + " is in " + target.toAbsolutePath().normalize());
        return 0;
    }
}
