package dev.lockstep.spark.ml;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.spark.FrameTraining;
import java.io.Serializable;
import java.util.List;
import java.util.Objects;
import org.apache.spark.ml.classification.TrainingSummary;
import org.jspecify.annotations.Nullable;

/** How a network was trained: its loss and other figures, epoch by epoch. */
public final class NeuralNetworkTrainingSummary implements TrainingSummary, Serializable {
    private static final long serialVersionUID = 1L;

    private final double[] losses;
    private final double[] validationLosses;
    private final String history;
    private final String result;

    private NeuralNetworkTrainingSummary(double[] losses, double[] validationLosses, String history, String result) {
        this.losses = losses;
        this.validationLosses = validationLosses;
        this.history = history;
        this.result = result;
    }

    static NeuralNetworkTrainingSummary of(FrameTraining.Fitted fitted) {
        return new NeuralNetworkTrainingSummary(
                figures(fitted.epochs(), "loss"),
                figures(fitted.epochs(), "val_loss"),
                fitted.epochs().toString(),
                fitted.result().toString());
    }

    private static double[] figures(List<ObjectNode> epochs, String key) {
        return epochs.stream()
                .filter(epoch -> epoch.path(key).isNumber())
                .mapToDouble(epoch -> epoch.path(key).asDouble())
                .toArray();
    }

    static NeuralNetworkTrainingSummary required(@Nullable NeuralNetworkTrainingSummary summary, Class<?> model) {
        if (summary == null) {
            throw new IllegalStateException("No training summary available for this " + model.getSimpleName());
        }
        return Objects.requireNonNull(summary);
    }

    /** The loss of the training samples in each epoch. */
    @Override
    public double[] objectiveHistory() {
        return losses.clone();
    }

    /** How many epochs were trained. */
    @Override
    public int totalIterations() {
        return losses.length;
    }

    /** The loss of the validation samples after each epoch; empty where there are none. */
    public double[] validationHistory() {
        return validationLosses.clone();
    }

    /** All figures of each epoch, a JSON array of the events that docs/run-directory.md describes. */
    public String historyJson() {
        return history;
    }

    /** What the run came to: status, figures, workers, times, as {@code result.json}. */
    public String resultJson() {
        return result;
    }
}
