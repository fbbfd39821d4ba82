package dev.lockstep.core.model.loss;

import dev.lockstep.core.model.Activation;
import dev.lockstep.core.model.loss.LossSpec.OutputKind;
import dev.lockstep.core.schema.Alternatives;
import dev.lockstep.core.schema.WordOrNumbers;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the losses and gradients of the samples of each class are multiplied by in training.
 *
 * @param byClass the weights of classes; a class that is not named has 1. Empty: weights that give every class the same
 *     say, see {@link #perClass}
 */
public record ClassWeights(SortedMap<Integer, Double> byClass) implements WordOrNumbers {
    private static final String BALANCED = "balanced";

    public ClassWeights {
        byClass = Collections.unmodifiableSortedMap(new TreeMap<>(byClass));
    }

    /**
     * Reads the word.
     *
     * @throws IllegalArgumentException for another one
     */
    public static ClassWeights parse(String word) {
        if (!word.equals(BALANCED)) {
            throw new IllegalArgumentException(
                    "expected balanced, or classes with their weights such as {0: 1, 1: 5.7}");
        }
        return new ClassWeights(new TreeMap<>());
    }

    /**
     * Reads classes with their weights.
     *
     * @throws IllegalArgumentException for what is no class, or no weight
     */
    public static ClassWeights of(Map<String, Double> numbers) {
        SortedMap<Integer, Double> byClass = new TreeMap<>();
        numbers.forEach((key, weight) -> {
            if (!key.matches("0|[1-9]\\d{0,8}")) {
                throw new IllegalArgumentException("expected classes counted from 0, found \"" + key + '"');
            }
            if (weight < 0) {
                throw new IllegalArgumentException("expected weights not below 0, found " + weight + " for " + key);
            }
            byClass.put(Integer.valueOf(key), weight);
        });
        if (byClass.isEmpty()) {
            throw new IllegalArgumentException("expected at least one class with its weight");
        }
        return new ClassWeights(byClass);
    }

    @Override
    public Map<String, Double> numbers() {
        Map<String, Double> numbers = new LinkedHashMap<>();
        byClass.forEach((number, weight) -> numbers.put(number.toString(), weight));
        return numbers;
    }

    /** Why these weights do not fit a network, as a sentence with the remedy; null when they fit. */
    public @Nullable String objection(LossSpec loss, Activation lastActivation, int outputs) {
        int classes = classes(loss, lastActivation, outputs);
        if (classes == 0) {
            return "class weights need a loss that tells classes apart, found "
                    + Alternatives.nameOf(loss.getClass().asSubclass(Record.class))
                    + ", which is regression here; remove class_weights";
        }
        return byClass.isEmpty() || byClass.lastKey() < classes
                ? null
                : "expected weights of the classes 0.." + (classes - 1) + ", found one of class " + byClass.lastKey();
    }

    private static int classes(LossSpec loss, Activation lastActivation, int outputs) {
        OutputKind kind = loss.outputKind(lastActivation);
        if (kind == OutputKind.QUANTITIES) {
            return 0;
        }
        return kind == OutputKind.BINARY_SCORES ? Math.max(2, outputs) : outputs;
    }

    /**
     * The weight of each class. Balanced, it is samples / (classes that occur * samples of the class), as scikit-learn
     * has it: the mean over the samples is 1.
     *
     * @param counts training samples of each class; one that does not occur has the weight 1
     */
    public float[] perClass(List<Long> counts) {
        double samples = counts.stream().mapToLong(Long::longValue).sum();
        long occurring = counts.stream().filter(count -> count > 0).count();
        float[] weights = new float[counts.size()];
        for (int number = 0; number < weights.length; number++) {
            long count = counts.get(number);
            double balanced = count == 0 ? 1 : samples / (occurring * (double) count);
            weights[number] = (float) (byClass.isEmpty() ? balanced : byClass.getOrDefault(number, 1.0));
        }
        return weights;
    }

    /** As in the job file. */
    @Override
    public String toString() {
        return byClass.isEmpty() ? BALANCED : byClass.toString();
    }
}
