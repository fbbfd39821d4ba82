package dev.lockstep.spark;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lockstep.spark.cli.Figures;
import org.jspecify.annotations.Nullable;

/** Says plainly when an accuracy is worth nothing. */
final class GuessingComparison {
    private GuessingComparison() {}

    /**
     * A sentence where a model is no better than always guessing the most frequent class, by more than the standard
     * error of a share of so many samples, sqrt(p (1 - p) / n); null where it is better or there is no accuracy.
     *
     * @param figures of an evaluation, as in result.json
     */
    static @Nullable String warning(JsonNode figures) {
        double accuracy = figures.path("accuracy").asDouble(Double.NaN);
        double guess = figures.path("baseline").path("accuracy").asDouble(Double.NaN);
        double samples = figures.path("samples").asDouble(Double.NaN);
        double standardError = Math.sqrt(guess * (1 - guess) / samples);
        // Where a figure is absent, nothing is below NaN.
        return accuracy <= guess + standardError
                ? "No better than guessing: always saying class " + largestClass(figures.path("confusion_matrix"))
                        + " is right for " + Figures.value(guess) + " of the samples, the model for "
                        + Figures.value(accuracy)
                : null;
    }

    private static int largestClass(JsonNode confusionMatrix) {
        int largest = 0;
        long most = -1;
        for (int actual = 0; actual < confusionMatrix.size(); actual++) {
            long samples = 0;
            for (JsonNode count : confusionMatrix.get(actual)) {
                samples += count.asLong();
            }
            if (samples > most) {
                most = samples;
                largest = actual;
            }
        }
        return largest;
    }
}
