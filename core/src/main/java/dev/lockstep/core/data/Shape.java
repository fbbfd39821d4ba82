package dev.lockstep.core.data;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** The shape of one sample, without the batch dimension, as Keras writes it: {@code (28, 28)}. */
public record Shape(List<Integer> dimensions) {
    public Shape {
        dimensions = List.copyOf(dimensions);
        if (dimensions.isEmpty() || dimensions.stream().anyMatch(size -> size <= 0)) {
            throw new IllegalArgumentException("a shape needs positive dimensions, found " + dimensions);
        }
    }

    /** A shape from its dimensions. */
    public static Shape of(int... dimensions) {
        return new Shape(Arrays.stream(dimensions).boxed().toList());
    }

    /**
     * The number of values of one sample.
     *
     * @throws ArithmeticException beyond 2^31 - 1
     */
    public int size() {
        // Asked in every step: an index instead of a stream or an iterator, which are objects.
        int size = 1;
        for (int i = 0; i < dimensions.size(); i++) {
            size = Math.multiplyExact(size, dimensions.get(i));
        }
        return size;
    }

    /** The number of dimensions. */
    public int rank() {
        return dimensions.size();
    }

    @Override
    public String toString() {
        return dimensions.stream().map(String::valueOf).collect(Collectors.joining(", ", "(", ")"));
    }
}
