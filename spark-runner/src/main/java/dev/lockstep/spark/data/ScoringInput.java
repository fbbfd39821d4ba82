package dev.lockstep.spark.data;

import dev.lockstep.core.data.CsvData;
import dev.lockstep.core.data.DataSpec;
import dev.lockstep.core.data.ValidationSpec;
import dev.lockstep.core.data.table.FittedTable;
import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * Rows to predict for, read in the pieces that Spark cuts files into.
 *
 * @param format they are in
 * @param rows to predict for
 * @param columns that tell rows apart; the others are of no use beside a prediction
 * @param uncut name of the column that is not null where a row could not be cut into cells; null for none
 * @param nullValue text that stands for a missing cell
 */
public record ScoringInput(
        InputFormat format, Dataset<Row> rows, List<String> columns, @Nullable String uncut, String nullValue) {
    private static final String MINIMUM_PARTITIONS = "spark.sql.files.minPartitionNum";

    public ScoringInput {
        columns = List.copyOf(columns);
    }

    /**
     * Plans the reading of files.
     *
     * @param location file, directory or glob
     * @param trained the model's training samples: CSV is read as they were
     * @param partitions how many pieces to aim at, or null for what Spark makes of them
     * @throws LockstepException with {@link ExitCode#DATA} when they are no files of that format
     */
    public static ScoringInput open(
            SparkSession session, InputFormat format, String location, DataSpec trained, @Nullable Integer partitions) {
        Configuration configuration = HadoopFiles.configuration();
        if (partitions != null) {
            session.conf().set(MINIMUM_PARTITIONS, String.valueOf(partitions));
        }
        ScoringInput input =
                switch (format) {
                    case PARQUET -> parquet(session, location, trained, configuration);
                    case CSV -> csv(session, location, csvOf(trained), configuration);
                    case IDX -> new ScoringInput(
                            format,
                            IdxRows.read(session, location, partitions, configuration),
                            List.of(IdxRows.PATH, IdxRows.INDEX),
                            null,
                            "");
                    case IMAGES -> new ScoringInput(
                            format,
                            PictureFiles.read(session, location, partitions, configuration),
                            List.of(PictureFiles.PATH),
                            null,
                            "");
                };
        return partitions == null ? input : input.of(input.rows.coalesce(partitions));
    }

    private ScoringInput of(Dataset<Row> same) {
        return new ScoringInput(format, same, columns, uncut, nullValue);
    }

    private static ScoringInput parquet(
            SparkSession session, String location, DataSpec trained, Configuration configuration) {
        Path path = HadoopFiles.qualify(location, configuration);
        Dataset<Row> rows;
        try {
            rows = session.read().parquet(path.toString());
        } catch (Exception e) {
            // Spark throws the checked AnalysisException without declaring it.
            throw new LockstepException(
                    ExitCode.DATA,
                    path + " cannot be read as Parquet: " + TaskAnswer.reason(e) + "; --format names another format",
                    e);
        }
        String nullValue = trained instanceof CsvData csv ? csv.nullValue() : "";
        return new ScoringInput(InputFormat.PARQUET, rows, Arrays.asList(rows.columns()), null, nullValue);
    }

    private static ScoringInput csv(SparkSession session, String location, CsvData data, Configuration configuration) {
        List<Path> files = TableFiles.paths(data, location, configuration);
        CsvSource source = new CsvSource(data, files, session, configuration);
        return new ScoringInput(
                InputFormat.CSV,
                source.rows(files),
                Arrays.asList(source.columns().fieldNames()),
                CsvSource.MALFORMED,
                data.nullValue());
    }

    /** How CSV files are cut into cells: as those of the training, else as usual. */
    private static CsvData csvOf(DataSpec trained) {
        return trained instanceof CsvData csv
                ? csv
                : new CsvData(
                        "none",
                        null,
                        List.of("none"),
                        List.of(),
                        true,
                        ",",
                        1,
                        ValidationSpec.NONE,
                        ValidationSpec.NONE,
                        null,
                        "",
                        0,
                        List.of(),
                        List.of());
    }

    /**
     * Says of rows that cannot be used where they are, by a second pass over the file in which one was met: Spark does not
     * tell lines.
     *
     * @param file as {@link UnusableRowException#file} names it
     * @param table that the model reads them as
     * @param trained the model's training samples
     * @return some of them, each with file and row; empty where the second pass finds none
     */
    public List<String> unusable(String file, FittedTable table, DataSpec trained) {
        List<Path> files = List.of(new Path(URI.create(file)));
        SparkSession session = rows.sparkSession();
        TableSource source = format == InputFormat.CSV
                ? new CsvSource(csvOf(trained), files, session, HadoopFiles.configuration())
                : new ParquetSource(files, session);
        StructType schema = uncut == null ? source.columns() : source.columns().add(uncut, DataTypes.StringType);
        TableRows all = TableRows.of(source, files, null);
        return all.problems(TableFeatures.of(table, schema, nullValue, uncut).scan(all.rows(), file));
    }
}
