package dev.lockstep.spark.scoring;

import dev.lockstep.core.evaluation.PredictionKind;
import java.io.Serializable;
import java.util.List;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * The columns that a prediction adds to a row.
 *
 * @param predictions what outputs mean
 * @param classNames of the classes, or null
 * @param withProblems whether there is a column of what was wrong with a row
 */
record OutputColumns(Predictions predictions, @Nullable List<String> classNames, boolean withProblems)
        implements Serializable {
    private static final long serialVersionUID = 1L;

    /** The class from 0, or the value; an array of values where there are several. */
    static final String PREDICTION = "prediction";

    /** The name of the class. */
    static final String PREDICTED_CLASS = "predicted_class";

    /** The probability of each class. */
    static final String PROBABILITY = "probability";

    /** Instead of it, where outputs are no probabilities. */
    static final String RAW_PREDICTION = "raw_prediction";

    /** What was wrong with a row. */
    static final String PROBLEM = "problem";

    /** The columns. */
    StructType schema() {
        StructType schema = new StructType()
                .add(
                        PREDICTION,
                        isSeveral() ? DataTypes.createArrayType(DataTypes.DoubleType, false) : DataTypes.DoubleType);
        if (namesClasses()) {
            schema = schema.add(PREDICTED_CLASS, DataTypes.StringType);
        }
        if (predictions.kind() != PredictionKind.QUANTITIES) {
            schema = schema.add(
                    predictions.areProbabilities() ? PROBABILITY : RAW_PREDICTION,
                    DataTypes.createArrayType(DataTypes.FloatType, false));
        }
        return withProblems ? schema.add(PROBLEM, DataTypes.StringType) : schema;
    }

    private boolean isSeveral() {
        return !predictions.isOfClasses() && predictions.outputs() > 1;
    }

    private boolean namesClasses() {
        return classNames != null && predictions.isOfClasses();
    }

    /**
     * Writes the cells of a row.
     *
     * @param outputs of the network, row by row
     * @param offset where those of the row begin
     * @param cells of the row
     * @param first where these begin
     */
    void put(float[] outputs, int offset, @Nullable Object[] cells, int first) {
        int next = first;
        cells[next++] = prediction(outputs, offset);
        if (classNames != null && predictions.isOfClasses()) {
            cells[next++] = classNames.get(predictions.classOf(outputs, offset));
        }
        if (predictions.kind() != PredictionKind.QUANTITIES) {
            float[] values = new float[predictions.probabilityCount()];
            predictions.probabilities(outputs, offset, values);
            // Spark takes arrays of objects alone.
            Float[] boxed = new Float[values.length];
            for (int i = 0; i < boxed.length; i++) {
                boxed[i] = values[i];
            }
            cells[next] = boxed;
        }
    }

    private Object prediction(float[] outputs, int offset) {
        if (predictions.isOfClasses()) {
            return (double) predictions.classOf(outputs, offset);
        }
        if (!isSeveral()) {
            return (double) outputs[offset];
        }
        Double[] values = new Double[predictions.outputs()];
        for (int i = 0; i < values.length; i++) {
            float output = outputs[offset + i];
            values[i] = predictions.kind() == PredictionKind.SEVERAL_SCORES
                    ? (output > predictions.threshold() ? 1.0 : 0.0)
                    : (double) output;
        }
        return values;
    }
}
