package dev.lockstep.spark.scoring;

import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import dev.lockstep.spark.TrainedModel;
import dev.lockstep.spark.data.HadoopFiles;
import dev.lockstep.spark.data.TableFeatures;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A trained model that predicts for the rows of any frame, on the executors of any session, whatever its serializer.
 *
 * <pre>{@code
 * LockstepModel model = LockstepModel.load(spark, "hdfs://namenode:8020/runs/iris");
 * Dataset<Row> predicted = model.transform(spark.read().parquet("hdfs://namenode:8020/flowers"));
 * }</pre>
 *
 * <p>{@link #transform} adds these columns, of which {@code docs/scoring.md} tells more:
 *
 * <ul>
 *   <li>{@code prediction}, a double: the class from 0, or the value; an array of doubles where a network has several
 *       targets, or says yes or no several times
 *   <li>{@code predicted_class}, a string, where classes have names
 *   <li>{@code probability}, an array of floats: the probability of each class; {@code raw_prediction} where outputs are no
 *       probabilities; neither for quantities
 *   <li>{@code problem}, a string, with {@link BadRows#NULL}
 * </ul>
 *
 * <p>The model is read where it is loaded and travels to the executors as a broadcast, so that one on the driver's disk
 * works on a cluster. Each task makes one replica of it, computes with {@code spark.task.cpus} threads and has a batch of
 * rows in memory at a time. Nothing runs before somebody asks for the rows. Immutable; {@code with...} gives a changed copy
 * that shares the broadcast.
 */
public final class LockstepModel {
    private static final Logger LOG = LoggerFactory.getLogger(LockstepModel.class);

    private final TrainedModel model;
    private final Broadcast<float[]> parameters;
    private final Options options;

    /** What {@code with...} changes. */
    private record Options(
            int batchSize,
            BadRows badRows,
            @Nullable String features,
            @Nullable String uncut,
            @Nullable String nullValue,
            @Nullable ScoringTally tally) {}

    private LockstepModel(TrainedModel model, Broadcast<float[]> parameters, Options options) {
        this.model = model;
        this.parameters = parameters;
        this.options = options;
    }

    /**
     * Loads a model.
     *
     * @param location a run directory, or a model directory in it such as {@code RUN/model-best}: a path on the driver's
     *     disk or a Hadoop URI
     * @throws LockstepException with {@link ExitCode#MODEL} when there is none or it is damaged
     */
    public static LockstepModel load(SparkSession spark, String location) {
        return of(spark, TrainedModel.load(location, HadoopFiles.configuration()));
    }

    /** A model that is loaded already. */
    public static LockstepModel of(SparkSession spark, TrainedModel model) {
        LOG.info(
                "The model of {} parameters goes to the executors as a broadcast of {} bytes",
                model.network().parameterCount(),
                (long) Float.BYTES * model.parameters().length);
        Broadcast<float[]> parameters =
                JavaSparkContext.fromSparkContext(spark.sparkContext()).broadcast(model.parameters());
        return new LockstepModel(
                model, parameters, new Options(ModelScorer.DEFAULT_BATCH_SIZE, BadRows.FAIL, null, null, null, null));
    }

    /** With another number of rows that are computed together than {@link ModelScorer#DEFAULT_BATCH_SIZE}. */
    public LockstepModel withBatchSize(int rows) {
        if (rows < 1) {
            throw new LockstepException(ExitCode.USAGE, "batch size: expected a number above 0, found " + rows);
        }
        return with(
                new Options(rows, options.badRows, options.features, options.uncut, options.nullValue, options.tally));
    }

    /** With another fate of rows of which nothing can be predicted than {@link BadRows#FAIL}. */
    public LockstepModel withBadRows(BadRows policy) {
        return with(new Options(
                options.batchSize, policy, options.features, options.uncut, options.nullValue, options.tally));
    }

    /**
     * With the features in another column than {@code features}, or {@code content} for pictures. Of no use where the model
     * was trained with a table, whose columns are found by their names.
     */
    public LockstepModel withFeatures(String column) {
        return with(new Options(
                options.batchSize, options.badRows, column, options.uncut, options.nullValue, options.tally));
    }

    /**
     * As files are read, not frames.
     *
     * @param uncut name of the column that is not null where a row could not be cut into cells; null for none
     * @param nullValue text that stands for a missing cell, beside an empty one
     */
    public LockstepModel forFiles(@Nullable String uncut, String nullValue) {
        return with(new Options(options.batchSize, options.badRows, options.features, uncut, nullValue, options.tally));
    }

    /** With something that counts what the tasks do. */
    public LockstepModel withTally(ScoringTally tally) {
        return with(new Options(
                options.batchSize, options.badRows, options.features, options.uncut, options.nullValue, tally));
    }

    private LockstepModel with(Options changed) {
        return new LockstepModel(model, parameters, changed);
    }

    /** The names of the classes in the order of the probabilities; empty where there are none. */
    public List<String> classNames() {
        List<String> names = model.classNames();
        return names == null ? List.of() : names;
    }

    /** What the outputs of the network mean. */
    public Predictions predictions() {
        return Predictions.of(model.network());
    }

    /** The columns that {@link #transform} adds. */
    public StructType addedColumns() {
        return outputs().schema();
    }

    private OutputColumns outputs() {
        return new OutputColumns(predictions(), model.classNames(), options.badRows == BadRows.NULL);
    }

    /**
     * Predicts for rows.
     *
     * @return the rows with all of their columns and those of the prediction, in the same partitions and order
     * @throws LockstepException with {@link ExitCode#DATA} naming what the model takes and the frame has not
     */
    public Dataset<Row> transform(Dataset<Row> rows) {
        List<String> all = Arrays.stream(rows.columns())
                .filter(name -> !name.equals(options.uncut))
                .toList();
        return transform(rows, all, rows.schema());
    }

    /**
     * Predicts for rows; only the columns that are needed are read.
     *
     * @param keep names of the columns that go on beside the prediction
     * @return these columns and those of the prediction
     */
    public Dataset<Row> transform(Dataset<Row> rows, List<String> keep) {
        requirePresent(keep, rows.schema());
        Set<String> needed = Stream.concat(keep.stream(), neededColumns(rows.schema()))
                .collect(Collectors.toCollection(LinkedHashSet::new));
        Dataset<Row> selected =
                rows.select(needed.stream().map(LockstepModel::column).toArray(Column[]::new));
        return transform(selected, keep, selected.schema());
    }

    private static Column column(String name) {
        return functions.col('`' + name.replace("`", "``") + '`');
    }

    private static void requirePresent(List<String> keep, StructType schema) {
        List<String> present = Arrays.asList(schema.fieldNames());
        for (String name : keep) {
            if (!present.contains(name)) {
                throw new LockstepException(
                        ExitCode.USAGE,
                        "no column \"" + name + "\" to keep; the rows have " + String.join(", ", present));
            }
        }
    }

    private Stream<String> neededColumns(StructType schema) {
        FeatureColumns found = features(schema);
        String uncut = options.uncut;
        return Stream.concat(
                Arrays.stream(found.positions()).mapToObj(position -> schema.fieldNames()[position]),
                uncut == null ? Stream.empty() : Stream.of(uncut));
    }

    private FeatureColumns features(StructType schema) {
        return FeatureColumns.of(model, schema, options.features, options.uncut, options.nullValue);
    }

    private Dataset<Row> transform(Dataset<Row> rows, List<String> keep, StructType schema) {
        FeatureColumns found = features(schema);
        OutputColumns outputs = outputs();
        StructType result = new StructType();
        int[] kept = new int[keep.size()];
        for (int i = 0; i < kept.length; i++) {
            kept[i] = Arrays.asList(schema.fieldNames()).indexOf(keep.get(i));
            result = result.add(schema.fields()[kept[i]]);
        }
        requireNew(keep, outputs.schema());
        for (var field : outputs.schema().fields()) {
            result = result.add(field);
        }
        TableFeatures steps = found.steps();
        Dataset<Row> prepared = rows;
        RowFeatures reader = found.reader();
        if (steps != null) {
            prepared = steps.prepare(rows, kept, options.badRows == BadRows.FAIL);
            Arrays.setAll(kept, i -> i);
            reader = new RowFeatures.Prepared(kept.length + 1, kept.length);
        }
        RowScoring scoring = new RowScoring(
                model.description(),
                parameters,
                options.batchSize,
                reader,
                model.job().data().scale(),
                kept,
                outputs,
                options.badRows,
                options.tally);
        return prepared.mapPartitions(scoring, Encoders.row(result)).select(TableFeatures.withMetadata(result));
    }

    /** Spark tells no cases apart in the names of columns. */
    private static void requireNew(List<String> keep, StructType added) {
        Set<String> taken =
                keep.stream().map(name -> name.toLowerCase(Locale.ROOT)).collect(Collectors.toSet());
        for (String name : added.fieldNames()) {
            if (taken.contains(name)) {
                throw new LockstepException(
                        ExitCode.USAGE,
                        "the rows have a column \"" + name
                                + "\" already, and the prediction adds one of that name; rename it, or name the columns"
                                + " to keep");
            }
        }
    }
}
