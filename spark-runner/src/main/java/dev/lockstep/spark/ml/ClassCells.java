package dev.lockstep.spark.ml;

import dev.lockstep.spark.scoring.Predictions;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.jspecify.annotations.Nullable;

/**
 * What a classifier's columns hold: of each class its score and its probability, and the class that is predicted.
 *
 * @param raw whether there is a column of scores
 * @param probability whether there is one of probabilities
 * @param prediction whether there is one of the class
 * @param thresholds by which probabilities are divided before they are compared, or null
 */
@SuppressWarnings("ArrayRecordComponent") // read for every row, never compared
record ClassCells(boolean raw, boolean probability, boolean prediction, double @Nullable [] thresholds)
        implements FrameScoring.Cells {
    private static final long serialVersionUID = 1L;

    /** Smaller than what a float holds above 0: a score has to be finite. */
    private static final double SMALLEST = Float.MIN_VALUE;

    @Override
    public Object[] of(Predictions predictions, float[] outputs, int offset) {
        double[] probabilities = probabilities(predictions, outputs, offset);
        List<Object> cells = new ArrayList<>();
        if (raw) {
            cells.add(scores(probabilities));
        }
        if (probability) {
            cells.add(Vectors.dense(probabilities));
        }
        if (prediction) {
            cells.add((double) best(probabilities));
        }
        return cells.toArray();
    }

    /** Of each class. */
    static double[] probabilities(Predictions predictions, float[] outputs, int offset) {
        float[] shares = new float[predictions.probabilityCount()];
        predictions.probabilities(outputs, offset, shares);
        double[] probabilities = new double[shares.length];
        for (int i = 0; i < shares.length; i++) {
            probabilities[i] = shares[i];
        }
        return probabilities;
    }

    /** The scores of which a softmax makes the probabilities again: their logarithms. */
    static Vector scores(double[] probabilities) {
        double[] scores = new double[probabilities.length];
        for (int i = 0; i < scores.length; i++) {
            scores[i] = Math.log(Math.max(probabilities[i], SMALLEST));
        }
        return Vectors.dense(scores);
    }

    /** As Spark ML chooses: one threshold may be 0, and that class wins unless its probability is 0 as well. */
    private int best(double[] probabilities) {
        int best = 0;
        double largest = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < probabilities.length; i++) {
            double scaled = thresholds == null ? probabilities[i] : probabilities[i] / thresholds[i];
            if (scaled > largest) {
                largest = scaled;
                best = i;
            }
        }
        return best;
    }
}
