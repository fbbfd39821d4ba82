package dev.lockstep.core.evaluation;

import java.util.List;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * How a class was predicted.
 *
 * @param hits samples of the class that were predicted to be
 * @param predicted samples that were predicted to be of the class
 * @param actual samples of the class
 */
public record ClassCounts(double hits, double predicted, double actual) {
    /** Of the samples predicted to be of the class the share that is; 0 where there is none, as in scikit-learn. */
    public double precision() {
        return predicted == 0 ? 0 : hits / predicted;
    }

    /** Of the samples of the class the share that is predicted to be; 0 where there is none. */
    public double recall() {
        return actual == 0 ? 0 : hits / actual;
    }

    /** The harmonic mean of both; 0 where the class does not occur. */
    public double f1() {
        return occurs() ? 2 * hits / (predicted + actual) : 0;
    }

    /** Whether the class occurs among labels or predictions. */
    public boolean occurs() {
        return predicted + actual > 0;
    }

    /** The counts of several classes together, whose figures are the micro averages. */
    public static ClassCounts micro(List<ClassCounts> classes) {
        return new ClassCounts(
                classes.stream().mapToDouble(ClassCounts::hits).sum(),
                classes.stream().mapToDouble(ClassCounts::predicted).sum(),
                classes.stream().mapToDouble(ClassCounts::actual).sum());
    }

    /** The mean of a figure over the classes that occur; null where none does. */
    public static @Nullable Double macro(List<ClassCounts> classes, ToDoubleFunction<ClassCounts> figure) {
        return mean(classes, ClassCounts::occurs, figure);
    }

    static @Nullable Double mean(
            List<ClassCounts> classes, Predicate<ClassCounts> counting, ToDoubleFunction<ClassCounts> figure) {
        List<ClassCounts> counted = classes.stream().filter(counting).toList();
        return counted.isEmpty()
                ? null
                : Double.valueOf(counted.stream().mapToDouble(figure).sum() / counted.size());
    }
}
