package dev.lockstep.spark.scoring;

import dev.lockstep.core.evaluation.PredictionKind;
import dev.lockstep.core.model.Activation;
import dev.lockstep.core.model.NetworkPlan;
import dev.lockstep.core.model.loss.CrossentropyLoss;
import dev.lockstep.core.model.loss.LossSpec;
import java.io.Serializable;

/**
 * What the outputs of a network mean: classes and their probabilities, or quantities.
 *
 * @param kind of the predictions
 * @param outputs of a row
 * @param fromLogits whether a softmax or a sigmoid is still to be taken of them
 * @param areProbabilities whether they are probabilities, or become some by that
 * @param threshold what an output is above when it says yes, where {@code kind} is of scores
 */
public record Predictions(
        PredictionKind kind, int outputs, boolean fromLogits, boolean areProbabilities, double threshold)
        implements Serializable {
    private static final long serialVersionUID = 1L;

    /** Those of a network. */
    public static Predictions of(NetworkPlan network) {
        LossSpec loss = network.loss();
        Activation last = network.lastActivation();
        int outputs = network.outputShape().size();
        PredictionKind kind = PredictionKind.of(loss, last, outputs);
        boolean fromLogits = loss instanceof CrossentropyLoss crossentropy && crossentropy.fromLogits();
        boolean areProbabilities = kind != PredictionKind.QUANTITIES
                && (loss instanceof CrossentropyLoss || last == Activation.SOFTMAX || last == Activation.SIGMOID);
        return new Predictions(kind, outputs, fromLogits, areProbabilities, loss.threshold());
    }

    /** Whether a row is of one class among several. */
    public boolean isOfClasses() {
        return kind == PredictionKind.CLASSES || kind == PredictionKind.ONE_SCORE;
    }

    /** How many classes a row may be of; 0 where it is not of one class among several. */
    public int classes() {
        return switch (kind) {
            case CLASSES -> outputs;
            case ONE_SCORE -> 2;
            case SEVERAL_SCORES, QUANTITIES -> 0;
        };
    }

    /** Values that {@link #probabilities} gives for a row: one for each class, or for each yes or no. */
    public int probabilityCount() {
        return isOfClasses() ? classes() : outputs;
    }

    /**
     * The class of a row, from 0.
     *
     * @param row the outputs, row by row
     * @param offset where those of the row begin
     */
    public int classOf(float[] row, int offset) {
        if (kind == PredictionKind.ONE_SCORE) {
            return row[offset] > threshold ? 1 : 0;
        } else if (kind != PredictionKind.CLASSES) {
            throw new IllegalStateException("rows are of no one class: " + kind);
        }
        int best = 0;
        for (int i = 1; i < outputs; i++) {
            best = row[offset + i] > row[offset + best] ? i : best;
        }
        return best;
    }

    /**
     * Writes the probabilities of a row: of each class, where it is of one among several, else of a yes to each output.
     * Outputs that are no probabilities are written as they are; of one that tells two classes apart the other's score is
     * its negative.
     *
     * @param row the outputs, row by row
     * @param offset where those of the row begin
     * @param target takes {@link #probabilityCount} values
     */
    public void probabilities(float[] row, int offset, float[] target) {
        switch (kind) {
            case CLASSES -> {
                if (fromLogits) {
                    softmax(row, offset, target);
                } else {
                    System.arraycopy(row, offset, target, 0, outputs);
                }
            }
            case ONE_SCORE -> {
                if (fromLogits) {
                    // Of the negative logit: 1 - probability would lose small ones.
                    target[0] = (float) sigmoid(-row[offset]);
                    target[1] = (float) sigmoid(row[offset]);
                } else {
                    target[0] = areProbabilities ? 1 - row[offset] : -row[offset];
                    target[1] = row[offset];
                }
            }
            case SEVERAL_SCORES -> {
                for (int i = 0; i < outputs; i++) {
                    target[i] = fromLogits ? (float) sigmoid(row[offset + i]) : row[offset + i];
                }
            }
            case QUANTITIES -> System.arraycopy(row, offset, target, 0, outputs);
        }
    }

    private void softmax(float[] logits, int offset, float[] target) {
        double largest = logits[offset];
        for (int i = 1; i < outputs; i++) {
            largest = Math.max(largest, logits[offset + i]);
        }
        double sum = 0;
        for (int i = 0; i < outputs; i++) {
            sum += Math.exp(logits[offset + i] - largest);
        }
        for (int i = 0; i < outputs; i++) {
            target[i] = (float) (Math.exp(logits[offset + i] - largest) / sum);
        }
    }

    private static double sigmoid(double logit) {
        double small = Math.exp(-Math.abs(logit));
        return (logit >= 0 ? 1 : small) / (1 + small);
    }
}
