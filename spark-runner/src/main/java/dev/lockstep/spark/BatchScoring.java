package dev.lockstep.spark;

import dev.lockstep.core.data.table.FittedTable;
import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import dev.lockstep.spark.cli.InputRequest;
import dev.lockstep.spark.data.HadoopFiles;
import dev.lockstep.spark.data.InputFormat;
import dev.lockstep.spark.data.InputFormats;
import dev.lockstep.spark.data.ScoringInput;
import dev.lockstep.spark.data.UnusableRowException;
import dev.lockstep.spark.scoring.BadRows;
import dev.lockstep.spark.scoring.LockstepModel;
import dev.lockstep.spark.scoring.PredictionTable;
import dev.lockstep.spark.scoring.Probabilities;
import dev.lockstep.spark.scoring.ScoringTally;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.DataFrameWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Predicts for the rows of files: one Spark job that reads, prepares, computes and writes batch by batch. Nothing is packed
 * or kept.
 */
final class BatchScoring {
    private static final Logger LOG = LoggerFactory.getLogger(BatchScoring.class);
    private static final double NANOS = 1e9;

    private final ModelUse use;
    private final InputRequest request;
    private final PrintStream output;

    /** @param output takes lines for people */
    BatchScoring(ModelUse use, InputRequest request, PrintStream output) {
        this.use = use;
        this.request = request;
        this.output = output;
    }

    /** Writes the predictions to a folder that is not there yet. */
    int run(String target) {
        Configuration configuration = HadoopFiles.configuration(new SparkConf());
        Path path = HadoopFiles.qualify(target, configuration);
        ModelUse.requireAbsent(path, configuration);
        InputFormat format = request.format() == null
                ? InputFormats.of(request.location(), use.job().data(), configuration)
                : request.format();
        try (JavaSparkContext spark = use.context()) {
            score(spark, format, path);
        }
        return ExitCode.COMPLETED.number();
    }

    /** The same in a session that is there. */
    void score(JavaSparkContext spark, InputFormat format, Path path) {
        SparkSession session = SparkSession.builder().sparkContext(spark.sc()).getOrCreate();
        ScoringTally tally = ScoringTally.start(spark.sc());
        long began = System.nanoTime();
        ScoringInput input =
                ScoringInput.open(session, format, request.location(), use.job().data(), request.partitions());
        try (ScoringProgress progress = new ScoringProgress(spark, tally, output)) {
            progress.begin();
            use.attended(spark).during("predicting", () -> {
                write(predictions(session, input, tally), path);
                return path;
            });
        } catch (UnusableRowException unusable) {
            remove(path);
            throw told(unusable, input);
        } catch (RuntimeException failure) {
            remove(path);
            throw failure;
        }
        tell(tally, path, (System.nanoTime() - began) / NANOS);
    }

    private Dataset<Row> predictions(SparkSession session, ScoringInput input, ScoringTally tally) {
        LockstepModel model = LockstepModel.of(session, use.model())
                .withBatchSize(request.batchSize())
                .withBadRows(request.badRows())
                .forFiles(input.uncut(), input.nullValue())
                .withTally(tally);
        List<String> asked = request.keep();
        return model.transform(input.rows(), asked == null ? input.columns() : asked);
    }

    private void write(Dataset<Row> predictions, Path path) {
        boolean csv = path.getName().endsWith(".csv");
        Probabilities form = request.probabilities();
        PredictionTable table = PredictionTable.of(
                use.model(), form == null ? (csv ? Probabilities.COLUMNS : Probabilities.ARRAY) : form, csv);
        DataFrameWriter<Row> writer = table.arrange(predictions).write();
        if (csv) {
            writer.option("header", true).csv(path.toString());
        } else {
            writer.parquet(path.toString());
        }
    }

    private void tell(ScoringTally tally, Path path, double seconds) {
        long rows = tally.rows().value();
        output.printf(
                Locale.ROOT,
                "Wrote %d predictions to %s in %.1f s: %.0f rows/s%n",
                rows,
                path,
                seconds,
                rows / seconds);
        double reading = tally.readingNanos().value();
        double computing = tally.computingNanos().value();
        if (reading + computing > 0) {
            LOG.info(
                    "Of the time of the tasks {} % went into reading and preparing rows, {} % into the network",
                    Math.round(100 * reading / (reading + computing)),
                    Math.round(100 * computing / (reading + computing)));
        }
        long bad = tally.badRows().value();
        if (bad > 0) {
            output.println(bad + (bad == 1 ? " row" : " rows")
                    + " could not be used: no prediction there, and what is wrong in the column \"problem\"");
        }
    }

    /** The task knows the row of its partition; people look for the row of a file. */
    private LockstepException told(UnusableRowException unusable, ScoringInput input) {
        String where = String.valueOf(unusable.getMessage());
        FittedTable table = use.model().fitted().table();
        if (table != null && !unusable.file().isEmpty()) {
            try {
                List<String> found =
                        input.unusable(unusable.file(), table, use.job().data());
                where = found.isEmpty() ? where : "rows cannot be used:\n  " + String.join("\n  ", found);
            } catch (RuntimeException noSecondPass) {
                LOG.debug("The rows of {} are not found again", unusable.file(), noSecondPass);
            }
        }
        return new LockstepException(
                ExitCode.DATA,
                where + "\nmend or remove them, or let --on-bad-row "
                        + BadRows.NULL.name().toLowerCase(Locale.ROOT) + " leave their predictions empty",
                unusable);
    }

    /** What a job that failed has written is of no use, and would be in the way of the next. */
    private static void remove(Path path) {
        try {
            path.getFileSystem(HadoopFiles.configuration()).delete(path, true);
        } catch (IOException | RuntimeException e) {
            LOG.warn("{} holds what a failed job has written: remove it", path, e);
        }
    }
}
