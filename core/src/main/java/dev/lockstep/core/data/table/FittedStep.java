package dev.lockstep.core.data.table;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.lockstep.core.data.table.OneHotStep.UnknownCategories;
import java.io.Serializable;
import java.util.List;

/**
 * A preprocessing step with the figures of the training part. As JSON it is one of these six words with its figures: the
 * whole vocabulary, so that nothing is made from a class name in a file.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "step")
@JsonSubTypes({
    @JsonSubTypes.Type(value = FittedStep.FillNumbers.class, name = "fill_numbers"),
    @JsonSubTypes.Type(value = FittedStep.FillTexts.class, name = "fill_texts"),
    @JsonSubTypes.Type(value = FittedStep.OneHot.class, name = "one_hot"),
    @JsonSubTypes.Type(value = FittedStep.Scale.class, name = "scale"),
    @JsonSubTypes.Type(value = FittedStep.Standardise.class, name = "standardise"),
    @JsonSubTypes.Type(value = FittedStep.MinMax.class, name = "min_max")
})
public sealed interface FittedStep extends Serializable {
    /** The columns that it changes. */
    List<String> columns();

    /** What stands for missing numbers, a value for each column. */
    record FillNumbers(List<String> columns, List<Double> values) implements FittedStep {
        public FillNumbers {
            columns = List.copyOf(columns);
            values = List.copyOf(values);
            requireSame("values", columns.size(), values.size());
        }
    }

    /** What stands for missing categories, a value for each column. */
    record FillTexts(List<String> columns, List<String> values) implements FittedStep {
        public FillTexts {
            columns = List.copyOf(columns);
            values = List.copyOf(values);
            requireSame("values", columns.size(), values.size());
        }
    }

    /** The categories of each column, in the order of the columns that they become. */
    record OneHot(List<String> columns, List<List<String>> categories, UnknownCategories unknown)
            implements FittedStep {
        public OneHot {
            columns = List.copyOf(columns);
            categories = categories.stream().map(List::copyOf).toList();
            requireSame("categories", columns.size(), categories.size());
        }
    }

    /** What is divided by. */
    record Scale(List<String> columns, double divisor) implements FittedStep {
        public Scale {
            columns = List.copyOf(columns);
        }
    }

    /** Means and deviations of the numbers of the columns, one after the other. */
    record Standardise(List<String> columns, List<Double> means, List<Double> deviations) implements FittedStep {
        public Standardise {
            columns = List.copyOf(columns);
            means = List.copyOf(means);
            deviations = List.copyOf(deviations);
            requireSame("deviations", means.size(), deviations.size());
        }
    }

    /** Smallest and largest of the numbers of the columns, one after the other. */
    record MinMax(List<String> columns, List<Double> minima, List<Double> maxima) implements FittedStep {
        public MinMax {
            columns = List.copyOf(columns);
            minima = List.copyOf(minima);
            maxima = List.copyOf(maxima);
            requireSame("maxima", minima.size(), maxima.size());
        }
    }

    private static void requireSame(String what, int expected, int found) {
        if (expected != found) {
            throw new IllegalArgumentException("expected " + expected + " " + what + ", found " + found);
        }
    }
}
