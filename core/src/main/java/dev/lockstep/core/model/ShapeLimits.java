package dev.lockstep.core.model;

import dev.lockstep.core.data.Shape;
import dev.lockstep.core.memory.ByteCount;
import java.util.Locale;

/**
 * How large a network's arrays may be, asked in numbers that cannot overflow and before any of them is made. The flat
 * vectors are arrays of floats, and an array has an int for an index.
 */
final class ShapeLimits {
    /** Some less than an array holds: the few sums of a step travel behind the gradient in the same array. */
    static final long MOST_VALUES = Integer.MAX_VALUE - 1_024L;

    private ShapeLimits() {}

    /** Requires that the values of one sample fit into an array. */
    static void requireSample(String what, Shape shape) {
        long values = values(shape);
        if (values > MOST_VALUES) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT,
                    "%s of shape %s has %s values, expected at most %,d, which is what an array holds; lower the sizes",
                    what,
                    shape,
                    count(values),
                    MOST_VALUES));
        }
    }

    /**
     * Where the parameters behind one begin.
     *
     * @throws IllegalArgumentException where the flat vector would be longer than an array
     */
    static long end(long offset, String layer, ParameterSpec parameter) {
        long values = values(parameter.shape());
        long end = ByteCount.sum(offset, values);
        if (end > MOST_VALUES) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT,
                    "layer \"%s\": its %s of shape %s has %s values, which makes %s parameters so far; expected at most"
                            + " %,d, as all parameters are one array; lower units or filters, or put pooling before it",
                    layer,
                    parameter.name(),
                    parameter.shape(),
                    count(values),
                    count(end),
                    MOST_VALUES));
        }
        return end;
    }

    /** For a layer whose own arithmetic ends beyond an int. */
    static IllegalArgumentException tooLarge(String layer, Shape input, ArithmeticException cause) {
        return new IllegalArgumentException(
                "layer \"" + layer + "\": on an input of shape " + input
                        + " its sizes multiply to more than 2^31 - 1; lower them",
                cause);
    }

    private static long values(Shape shape) {
        return ByteCount.product(
                shape.dimensions().stream().mapToLong(Integer::longValue).toArray());
    }

    private static String count(long values) {
        return values == Long.MAX_VALUE ? "2^63 or more" : String.format(Locale.ROOT, "%,d", values);
    }
}
