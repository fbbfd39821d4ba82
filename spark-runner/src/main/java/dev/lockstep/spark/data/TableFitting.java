package dev.lockstep.spark.data;

import dev.lockstep.core.data.table.ColumnKind;
import dev.lockstep.core.data.table.FillMissingStep;
import dev.lockstep.core.data.table.FillMissingStep.Strategy;
import dev.lockstep.core.data.table.FittedColumn;
import dev.lockstep.core.data.table.FittedStep;
import dev.lockstep.core.data.table.MinMaxStep;
import dev.lockstep.core.data.table.OneHotStep;
import dev.lockstep.core.data.table.PreprocessingStep;
import dev.lockstep.core.data.table.ScaleStep;
import dev.lockstep.core.data.table.StandardiseStep;
import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.ml.feature.Imputer;
import org.apache.spark.ml.feature.MinMaxScaler;
import org.apache.spark.ml.feature.MinMaxScalerModel;
import org.apache.spark.ml.feature.StandardScaler;
import org.apache.spark.ml.feature.StandardScalerModel;
import org.apache.spark.ml.feature.StringIndexer;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;

/**
 * Fits the steps of a job by Spark ML's own estimators, each to the rows as those before it leave them. Only their
 * figures are kept: {@link TablePipeline} makes transformers of them, here for the next step as later for a saved model.
 *
 * <p>The rows come in one partition, so that sums are taken in one order and a run's figures are the same bits again.
 */
final class TableFitting {
    /** Share of the rows by which a median's place may be off; of fewer than 5,000 rows it is exact. */
    private static final double MEDIAN_ERROR = 1e-4;

    private final SparkSession session;
    private final List<FittedColumn> features;
    private final List<ResolvedStep> steps;
    private final JavaRDD<Row> rows;
    private final List<FittedStep> fitted = new ArrayList<>();

    /**
     * @param features of the table
     * @param steps to fit
     * @param rows the training part, of the frame that {@link #frame} gives
     */
    private TableFitting(
            SparkSession session, List<FittedColumn> features, List<ResolvedStep> steps, JavaRDD<Row> rows) {
        this.session = session;
        this.features = features;
        this.steps = steps;
        this.rows = rows;
    }

    /** How rows have to come: filled columns by themselves, and nothing is filled yet. */
    static TableFrame frame(List<FittedColumn> features, List<ResolvedStep> steps) {
        return TableFrame.of(features, ResolvedStep.filled(steps), Map.of());
    }

    /** Fits all steps; gives them in the order in which they are applied. */
    static List<FittedStep> fit(
            SparkSession session, List<FittedColumn> features, List<ResolvedStep> steps, JavaRDD<Row> rows) {
        TableFitting fitting = new TableFitting(session, features, steps, rows.coalesce(1));
        fitting.fitColumns();
        fitting.fitVector();
        return List.copyOf(fitting.fitted);
    }

    private void fitColumns() {
        TablePipeline pipeline = new TablePipeline(session, frame(features, steps));
        for (ResolvedStep resolved : steps) {
            if (resolved.step() instanceof FillMissingStep fill) {
                Dataset<Row> frame = pipeline.transform(rows);
                add(pipeline, fillNumbers(fill.strategy(), of(resolved, ColumnKind.NUMBER), pipeline, frame));
                FittedStep.FillTexts texts = fillTexts(of(resolved, ColumnKind.TEXT), pipeline, frame);
                add(pipeline, texts);
            }
        }
        for (ResolvedStep resolved : steps) {
            if (resolved.step() instanceof OneHotStep encode) {
                add(pipeline, encode(encode, resolved.columns(), pipeline));
            }
        }
    }

    private void add(TablePipeline pipeline, FittedStep step) {
        if (!step.columns().isEmpty()) {
            pipeline.addToColumns(step);
            fitted.add(step);
        }
    }

    private List<String> of(ResolvedStep step, ColumnKind kind) {
        Set<String> names = new HashSet<>();
        features.stream().filter(feature -> feature.kind() == kind).forEach(feature -> names.add(feature.name()));
        return step.columns().stream().filter(names::contains).toList();
    }

    private static FittedStep.FillNumbers fillNumbers(
            Strategy strategy, List<String> names, TablePipeline pipeline, Dataset<Row> frame) {
        if (strategy == Strategy.ZERO || names.isEmpty()) {
            return new FittedStep.FillNumbers(names, Collections.nCopies(names.size(), 0.0));
        }
        String[] columns = names.stream().map(pipeline::column).toArray(String[]::new);
        Row present = frame.select(Arrays.stream(columns)
                        .map(column -> functions.count(functions.nanvl(functions.col(column), functions.lit(null))))
                        .toArray(Column[]::new))
                .head();
        for (int i = 0; i < columns.length; i++) {
            requireValues(present.getLong(i) > 0, names.get(i));
        }
        Row surrogates = new Imputer()
                .setInputCols(columns)
                .setOutputCols(Arrays.stream(columns).map(name -> name + "f").toArray(String[]::new))
                .setStrategy(
                        switch (strategy) {
                            case MEAN -> "mean";
                            case MEDIAN -> "median";
                            default -> "mode";
                        })
                .setRelativeError(MEDIAN_ERROR)
                .fit(frame)
                .surrogateDF()
                .head();
        List<Double> values = new ArrayList<>();
        for (String column : columns) {
            values.add(surrogates.<Number>getAs(column).doubleValue());
        }
        return new FittedStep.FillNumbers(names, values);
    }

    private static FittedStep.FillTexts fillTexts(List<String> names, TablePipeline pipeline, Dataset<Row> frame) {
        List<String> values = new ArrayList<>();
        for (String name : names) {
            String column = pipeline.column(name);
            Dataset<Row> present = frame.filter(functions.col(column).isNotNull());
            requireValues(!present.isEmpty(), name);
            values.add(present.groupBy(column)
                    .count()
                    .orderBy(
                            functions.col("count").desc(), functions.col(column).asc())
                    .head()
                    .getString(0));
        }
        return new FittedStep.FillTexts(names, values);
    }

    private static void requireValues(boolean present, String name) {
        if (!present) {
            throw new LockstepException(
                    ExitCode.DATA,
                    "data.preprocessing: the column \"" + name
                            + "\" has no values in the training part to fill it with; leave it out by data.ignore");
        }
    }

    /** The categories in the order of the alphabet. What is filled before is one of those that are there. */
    private FittedStep.OneHot encode(OneHotStep step, List<String> names, TablePipeline pipeline) {
        Dataset<Row> frame = pipeline.transform(rows);
        String[] columns = names.stream().map(pipeline::column).toArray(String[]::new);
        String[][] labels = new StringIndexer()
                .setInputCols(columns)
                .setOutputCols(Arrays.stream(columns).map(name -> name + "i").toArray(String[]::new))
                .setStringOrderType("alphabetAsc")
                .fit(frame)
                .labelsArray();
        return new FittedStep.OneHot(names, Arrays.stream(labels).map(List::of).toList(), step.unknown());
    }

    private void fitVector() {
        TableSlots slots = TableSlots.of(features, fitted);
        for (ResolvedStep resolved : steps) {
            PreprocessingStep step = resolved.step();
            if (step.rescales() && !resolved.columns().isEmpty()) {
                TablePipeline before = TablePipeline.of(session, features, fitted);
                fitted.add(rescale(step, resolved.columns(), slots, before));
            }
        }
    }

    private FittedStep rescale(PreprocessingStep step, List<String> names, TableSlots slots, TablePipeline before) {
        if (step instanceof ScaleStep scale) {
            return new FittedStep.Scale(names, scale.divisor());
        }
        Dataset<Row> frame = before.transform(rows);
        if (step instanceof StandardiseStep) {
            StandardScalerModel model = new StandardScaler()
                    .setWithMean(true)
                    .setInputCol(before.vector())
                    .setOutputCol("scaled")
                    .fit(frame);
            return new FittedStep.Standardise(
                    names,
                    slots.of(model.mean(), names),
                    populationDeviations(model.std(), frame.count(), slots, names));
        } else if (step instanceof MinMaxStep) {
            MinMaxScalerModel model = new MinMaxScaler()
                    .setInputCol(before.vector())
                    .setOutputCol("scaled")
                    .fit(frame);
            return new FittedStep.MinMax(
                    names, slots.of(model.originalMin(), names), slots.of(model.originalMax(), names));
        }
        throw new IllegalStateException("no estimator for " + step);
    }

    /** Spark's have n - 1 in the denominator, Keras's and scikit-learn's n. */
    private static List<Double> populationDeviations(
            Vector deviations, long rows, TableSlots slots, List<String> names) {
        double factor = Math.sqrt((rows - 1) / (double) rows);
        return slots.of(deviations, names).stream()
                .map(deviation -> deviation * factor)
                .toList();
    }
}
