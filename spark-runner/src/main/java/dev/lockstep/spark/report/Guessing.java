package dev.lockstep.spark.report;

import com.fasterxml.jackson.databind.JsonNode;

/** What always guessing the most frequent class gives, and how near to it is no better. */
public final class Guessing {
    private Guessing() {}

    /** The standard error of a share p of so many samples: sqrt(p (1 - p) / n). */
    public static double standardError(double share, double samples) {
        return Math.sqrt(share * (1 - share) / samples);
    }

    /**
     * The class that most samples are of, the first of equals; -1 without classes.
     *
     * @param confusionMatrix rows are true classes, as in result.json
     */
    public static int mostFrequentClass(JsonNode confusionMatrix) {
        int best = -1;
        long most = -1;
        for (int actual = 0; actual < confusionMatrix.size(); actual++) {
            long count = 0;
            for (JsonNode cell : confusionMatrix.get(actual)) {
                count += cell.asLong();
            }
            if (count > most) {
                most = count;
                best = actual;
            }
        }
        return best;
    }
}
