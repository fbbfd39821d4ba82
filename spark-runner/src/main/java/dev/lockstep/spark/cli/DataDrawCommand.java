package dev.lockstep.spark.cli;

import dev.lockstep.spark.drawing.PetPictures;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code lockstep data draw NAME}. */
@Command(
        name = "draw",
        description = {
            "Draw a data set: pictures in a directory for each class, for data.format image_folder.",
            "The same seed gives the same pictures. Pictures that are there already are left alone."
        },
        footer = {
            "",
            "Examples:",
            "  lockstep data draw cats-and-dogs",
            "  lockstep data draw cats-and-dogs /data/pets --train-samples 2000 --side 128"
        })
final class DataDrawCommand implements Callable<Integer> {
    private static final String CATS_AND_DOGS = "cats-and-dogs";
    private static final int LARGEST_SIDE = 1024;

    private final PrintWriter output;

    @Spec
    @Nullable
    private CommandSpec command;

    @Parameters(index = "0", paramLabel = "NAME", description = CATS_AND_DOGS + ".")
    private String name = "";

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "DIR",
            description = "Where train/ and test/ go; by default cats_and_dogs in $LOCKSTEP_DATA, or in data.")
    @Nullable
    private Path directory;

    @Option(
            names = "--train-samples",
            paramLabel = "N",
            description = "Training pictures of each class; by default ${DEFAULT-VALUE}.")
    private int trainSamples = PetPictures.BY_DEFAULT.trainSamples();

    @Option(
            names = "--test-samples",
            paramLabel = "N",
            description = "Test pictures of each class; by default ${DEFAULT-VALUE}.")
    private int testSamples = PetPictures.BY_DEFAULT.testSamples();

    @Option(
            names = "--side",
            paramLabel = "N",
            description = "Height and width in pixels; by default ${DEFAULT-VALUE}.")
    private int side = PetPictures.BY_DEFAULT.side();

    @Option(names = "--seed", paramLabel = "N", description = "Seed of the drawing; by default ${DEFAULT-VALUE}.")
    private long seed = PetPictures.BY_DEFAULT.seed();

    DataDrawCommand(PrintWriter output) {
        this.output = output;
    }

    @Override
    public Integer call() {
        require(name.equals(CATS_AND_DOGS), "expected " + CATS_AND_DOGS + ", found \"" + name + "\"");
        require(trainSamples > 0, "--train-samples: expected a whole number above 0, found " + trainSamples);
        require(testSamples > 0, "--test-samples: expected a whole number above 0, found " + testSamples);
        require(
                side > 0 && side <= LARGEST_SIDE,
                "--side: expected a whole number from 1 to " + LARGEST_SIDE + ", found " + side);
        Path target = directory != null
                ? directory
                : Path.of(Objects.requireNonNullElse(System.getenv("LOCKSTEP_DATA"), "data"), "cats_and_dogs");
        boolean drawn = new PetPictures(trainSamples, testSamples, side, seed).writeIfAbsent(target);
        output.println(name
                + (drawn ? " is in " : " is already in ")
                + target.toAbsolutePath().normalize());
        return 0;
    }

    private void require(boolean condition, String message) {
        if (!condition) {
            throw new ParameterException(Objects.requireNonNull(command).commandLine(), message);
        }
    }
}
