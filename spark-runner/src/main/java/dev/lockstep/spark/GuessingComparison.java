package dev.lockstep.spark;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lockstep.spark.cli.Figures;
import dev.lockstep.spark.report.Guessing;
import org.jspecify.annotations.Nullable;

/** Says plainly when an accuracy is worth nothing. */
final class GuessingComparison {
    private GuessingComparison() {}

    /**
     * A sentence where a model is no better than always guessing the most frequent class, by more than the standard
     * error of a share of so many samples; null where it is better or there is no accuracy.
     *
     * @param figures of an evaluation, as in result.json
     */
    static @Nullable String warning(JsonNode figures) {
        double accuracy = figures.path("accuracy").asDouble(Double.NaN);
        double guess = figures.path("baseline").path("accuracy").asDouble(Double.NaN);
        double samples = figures.path("samples").asDouble(Double.NaN);
        // Where a figure is absent, nothing is below NaN.
        return accuracy <= guess + Guessing.standardError(guess, samples)
                ? "No better than guessing: always saying class "
                        + Math.max(0, Guessing.mostFrequentClass(figures.path("confusion_matrix")))
                        + " is right for " + Figures.value(guess) + " of the samples, the model for "
                        + Figures.value(accuracy)
                : null;
    }
}
