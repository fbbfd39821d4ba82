package dev.lockstep.core.evaluation;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The counts of the classes of an evaluation, and what they would be if every prediction were the most frequent answer.
 *
 * @param kind of the predictions
 * @param all of every class, or of every output that says yes or no by itself; empty where there is neither
 * @param samples how many were seen
 */
record ClassFigures(PredictionKind kind, List<ClassCounts> all, double samples) {
    /** The classes whose figures precision and the like tell: of two that one output tells apart only the second. */
    List<ClassCounts> judged() {
        return judged(all);
    }

    /** The same of guessing. */
    List<ClassCounts> guessed() {
        return judged(kind == PredictionKind.SEVERAL_SCORES ? guessedOutputs() : guessedClass());
    }

    private List<ClassCounts> judged(List<ClassCounts> counts) {
        return kind == PredictionKind.ONE_SCORE ? counts.subList(1, 2) : counts;
    }

    /** Each output says what is true of most samples. */
    private List<ClassCounts> guessedOutputs() {
        return all.stream()
                .map(counts -> 2 * counts.actual() > samples
                        ? new ClassCounts(counts.actual(), samples, counts.actual())
                        : new ClassCounts(0, 0, counts.actual()))
                .toList();
    }

    /** Every sample is said to be of the most frequent class, the first of equals. */
    private List<ClassCounts> guessedClass() {
        List<ClassCounts> guessed = new ArrayList<>(all.size());
        int best = 0;
        for (int i = 0; i < all.size(); i++) {
            guessed.add(new ClassCounts(0, 0, all.get(i).actual()));
            best = all.get(i).actual() > all.get(best).actual() ? i : best;
        }
        if (!guessed.isEmpty()) {
            double hits = all.get(best).actual();
            guessed.set(best, new ClassCounts(hits, samples, hits));
        }
        return guessed;
    }

    /** The share of the k most frequent classes together; null where a sample does not have one class. */
    @Nullable
    Double shareOfMostFrequent(int k) {
        if (all.isEmpty() || kind == PredictionKind.SEVERAL_SCORES) {
            return null;
        }
        double most = all.stream()
                .map(ClassCounts::actual)
                .sorted(Comparator.reverseOrder())
                .limit(k)
                .mapToDouble(Double::doubleValue)
                .sum();
        return most / samples;
    }

    /** The least crossentropy of a constant prediction: the entropy of the classes' shares. */
    double entropy() {
        double entropy = 0;
        for (ClassCounts counts : all) {
            double share = counts.actual() / samples;
            entropy -= share > 0 ? share * Math.log(share) : 0;
        }
        return entropy;
    }
}
