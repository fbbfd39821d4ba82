package dev.lockstep.spark.data;

import dev.lockstep.core.data.table.FittedColumn;
import dev.lockstep.core.data.table.FittedStep;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.feature.ImputerModel;
import org.apache.spark.ml.feature.MinMaxScalerModel;
import org.apache.spark.ml.feature.OneHotEncoderModel;
import org.apache.spark.ml.feature.StandardScalerModel;
import org.apache.spark.ml.feature.StringIndexerModel;
import org.apache.spark.ml.feature.VectorAssembler;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Spark ML's own transformers, made from the figures of fitted steps: first those that fill and encode columns, then one
 * vector of all numbers, then those that rescale it. A scaler leaves the numbers of other columns as they are by its
 * figures for them.
 */
final class TablePipeline {
    private static final String ASSEMBLED = "features";

    private final SparkSession session;
    private final TableFrame frame;
    private final List<String> columns = new ArrayList<>();
    private final List<Transformer> stages = new ArrayList<>();
    private String vector = ASSEMBLED;

    /** Nothing is filled, encoded or rescaled yet. */
    TablePipeline(SparkSession session, TableFrame frame) {
        this.session = session;
        this.frame = frame;
        for (int i = 0; i < frame.pieces().size(); i++) {
            columns.add(TableFrame.column(i));
        }
    }

    /** The transformers of fitted steps. */
    static TablePipeline of(SparkSession session, List<FittedColumn> features, List<FittedStep> steps) {
        Set<String> filled = new HashSet<>();
        Map<String, String> filledTexts = new HashMap<>();
        for (FittedStep step : steps) {
            if (step instanceof FittedStep.FillNumbers fill) {
                filled.addAll(fill.columns());
            } else if (step instanceof FittedStep.FillTexts fill) {
                for (int i = 0; i < fill.columns().size(); i++) {
                    filledTexts.put(fill.columns().get(i), fill.values().get(i));
                }
            }
        }
        TablePipeline pipeline = new TablePipeline(session, TableFrame.of(features, filled, filledTexts));
        steps.stream().filter(step -> !rescales(step)).forEach(pipeline::addToColumns);
        pipeline.assemble();
        TableSlots slots = TableSlots.of(features, steps);
        steps.stream().filter(TablePipeline::rescales).forEach(step -> pipeline.addToVector(step, slots));
        return pipeline;
    }

    private static boolean rescales(FittedStep step) {
        return step instanceof FittedStep.Scale
                || step instanceof FittedStep.Standardise
                || step instanceof FittedStep.MinMax;
    }

    /** The columns that rows are given to it in. */
    TableFrame frame() {
        return frame;
    }

    /** The column of the frame that holds a feature now. */
    String column(String feature) {
        return columns.get(frame.pieceOf(feature));
    }

    /** The vector column that holds all numbers now. */
    String vector() {
        return vector;
    }

    /** Adds a step that changes columns; categories were filled when the frame was made. */
    void addToColumns(FittedStep step) {
        if (step instanceof FittedStep.FillNumbers fill && !fill.columns().isEmpty()) {
            String[] inputs = inputs(fill.columns());
            stages.add(new ImputerModel("fill", surrogates(inputs, fill.values()))
                    .setInputCols(inputs)
                    .setOutputCols(outputs(fill.columns(), "f")));
        } else if (step instanceof FittedStep.OneHot encoded) {
            String[][] labels = encoded.categories().stream()
                    .map(names -> names.toArray(String[]::new))
                    .toArray(String[][]::new);
            String[] inputs = inputs(encoded.columns());
            String[] indices = outputs(encoded.columns(), "i");
            // Categories that are not known get the number behind the last, and that one is left out: all zeros.
            stages.add(new StringIndexerModel("index", labels)
                    .setInputCols(inputs)
                    .setOutputCols(indices)
                    .setHandleInvalid("keep"));
            int[] sizes = encoded.categories().stream()
                    .mapToInt(names -> names.size() + 1)
                    .toArray();
            stages.add(new OneHotEncoderModel("encode", sizes)
                    .setInputCols(indices)
                    .setOutputCols(outputs(encoded.columns(), "o"))
                    .setDropLast(true));
        }
    }

    private String[] inputs(List<String> names) {
        return names.stream().map(this::column).toArray(String[]::new);
    }

    private String[] outputs(List<String> names, String suffix) {
        names.forEach(name -> columns.set(frame.pieceOf(name), column(name) + suffix));
        return inputs(names);
    }

    private Dataset<Row> surrogates(String[] names, List<Double> values) {
        StructType schema = new StructType();
        for (String name : names) {
            schema = schema.add(name, DataTypes.DoubleType);
        }
        return session.createDataFrame(List.of(RowFactory.create(values.toArray())), schema);
    }

    /** Puts all numbers into one vector. */
    void assemble() {
        stages.add(new VectorAssembler()
                .setInputCols(columns.toArray(String[]::new))
                .setOutputCol(ASSEMBLED));
    }

    /** Adds a step that changes the vector of all numbers. */
    void addToVector(FittedStep step, TableSlots slots) {
        String output = vector + "s";
        if (step instanceof FittedStep.Standardise scale) {
            Vector deviations = slots.vector(scale.columns(), scale.deviations(), 1);
            StandardScalerModel model =
                    new StandardScalerModel("standardise", deviations, slots.vector(scale.columns(), scale.means(), 0));
            model.set(model.withMean(), true);
            model.set(model.withStd(), true);
            stages.add(model.setInputCol(vector).setOutputCol(output));
        } else if (step instanceof FittedStep.MinMax range) {
            stages.add(new MinMaxScalerModel(
                            "min_max",
                            slots.vector(range.columns(), range.minima(), 0),
                            slots.vector(range.columns(), range.maxima(), 1))
                    .setInputCol(vector)
                    .setOutputCol(output));
        } else if (step instanceof FittedStep.Scale scale) {
            int numbers = scale.columns().stream().mapToInt(slots::width).sum();
            List<Double> divisors = Collections.nCopies(numbers, scale.divisor());
            Vector none = slots.vector(List.of(), List.of(), 0);
            StandardScalerModel model =
                    new StandardScalerModel("scale", slots.vector(scale.columns(), divisors, 1), none);
            model.set(model.withMean(), false);
            model.set(model.withStd(), true);
            stages.add(model.setInputCol(vector).setOutputCol(output));
        } else {
            throw new IllegalStateException("no transformer for " + step);
        }
        vector = output;
    }

    /** Rows of the frame as they are after all steps so far. */
    Dataset<Row> transform(JavaRDD<Row> rows) {
        return transform(session.createDataFrame(rows, frame.schema()));
    }

    /** The same of rows that have other columns beside those of the frame. */
    Dataset<Row> transform(Dataset<Row> rows) {
        Dataset<Row> transformed = rows;
        for (Transformer stage : stages) {
            transformed = stage.transform(transformed);
        }
        return transformed;
    }
}
