package dev.lockstep.spark.cli;

import dev.lockstep.spark.data.InputFormat;
import dev.lockstep.spark.scoring.BadRows;
import dev.lockstep.spark.scoring.Probabilities;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** The options of {@code predict} that go with {@code --input}. */
final class InputOptions {
    @Option(
            names = "--input",
            paramLabel = "URI",
            required = true,
            description = "What to predict for: a file, folder or pattern of Parquet, CSV or IDX files or pictures, a"
                    + " local path or a Hadoop URI.")
    private String location = "";

    @Option(
            names = "--format",
            paramLabel = "F",
            converter = Formats.class,
            description = "parquet, csv, idx or images; by default as the first file's name ends, else as the model's"
                    + " training data.")
    @Nullable
    private InputFormat format;

    @Option(
            names = "--keep",
            paramLabel = "COLUMNS",
            split = ",",
            description = "Columns of the input to write beside the predictions, such as id,name. By default all of a"
                    + " table, the path of a picture, path and index of an IDX sample.")
    @Nullable
    private List<String> keep;

    @Option(
            names = "--on-bad-row",
            paramLabel = "P",
            converter = Policies.class,
            description = "What becomes of a row that cannot be used: fail (default) ends the command and names it,"
                    + " null writes no prediction, and what is wrong in a column \"problem\".")
    private BadRows badRows = BadRows.FAIL;

    @Option(
            names = "--batch-size",
            paramLabel = "N",
            description = "Rows that are computed together; 256 unless given. More take more memory.")
    private int batchSize = 256;

    @Option(
            names = "--partitions",
            paramLabel = "N",
            description = "Pieces to cut the input into, by default as Spark does.")
    @Nullable
    private Integer partitions;

    @Option(
            names = "--probabilities",
            paramLabel = "HOW",
            converter = Forms.class,
            description = "array: one column; columns: one for each class; none. By default an array, in CSV columns.")
    @Nullable
    private Probabilities probabilities;

    /** Reads the name of a format. */
    static final class Formats extends EnumConverter<InputFormat> {
        Formats() {
            super(InputFormat.class);
        }
    }

    /** Reads what becomes of bad rows. */
    static final class Policies extends EnumConverter<BadRows> {
        Policies() {
            super(BadRows.class);
        }
    }

    /** Reads the form of probabilities. */
    static final class Forms extends EnumConverter<Probabilities> {
        Forms() {
            super(Probabilities.class);
        }
    }

    /**
     * What they say.
     *
     * @param command they were given to, for messages
     */
    InputRequest request(CommandLine command) {
        requirePositive(command, "--batch-size", batchSize);
        if (partitions != null) {
            requirePositive(command, "--partitions", partitions);
        }
        return new InputRequest(location, format, keep, badRows, batchSize, partitions, probabilities);
    }

    private static void requirePositive(CommandLine command, String option, int number) {
        if (number < 1) {
            throw new ParameterException(command, option + ": expected a whole number above 0, found " + number);
        }
    }
}
