package dev.lockstep.core.model.initializer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.lockstep.core.random.CounterRandom;
import dev.lockstep.core.schema.Alternatives;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.DoubleStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Mean, standard deviation and bounds of what each initialiser draws, by Keras's documentation. */
class InitializerSpecTest {
    private static final long SEED = 4;
    private static final int VALUES = 200_000;
    private static final int FAN_IN = 50;
    private static final int FAN_OUT = 30;
    /** The standard deviation of a standard normal that is cut at -2 and 2. */
    private static final double CUT = 0.8796256610342398;

    static Stream<Arguments> distributions() {
        double unbounded = Double.POSITIVE_INFINITY;
        double glorot = Math.sqrt(2.0 / (FAN_IN + FAN_OUT));
        double he = Math.sqrt(2.0 / FAN_IN);
        double lecun = Math.sqrt(1.0 / FAN_IN);
        double uniform = Math.sqrt(3);
        return Stream.of(
                Arguments.of(new ZerosInitializer(), 0, 0, 0),
                Arguments.of(new OnesInitializer(), 1, 0, 0),
                Arguments.of(new ConstantInitializer(-2.5), -2.5, 0, 0),
                Arguments.of(new RandomNormalInitializer(0.1, 0.3), 0.1, 0.3, unbounded),
                Arguments.of(new RandomUniformInitializer(-1, 3), 1, 2 / uniform, 2),
                Arguments.of(new TruncatedNormalInitializer(0.1, 0.3), 0.1, 0.3 * CUT, 0.6),
                Arguments.of(new GlorotNormalInitializer(), 0, glorot, 2 * glorot / CUT),
                Arguments.of(new GlorotUniformInitializer(), 0, glorot, glorot * uniform),
                Arguments.of(new HeNormalInitializer(), 0, he, 2 * he / CUT),
                Arguments.of(new HeUniformInitializer(), 0, he, he * uniform),
                Arguments.of(new LecunNormalInitializer(), 0, lecun, 2 * lecun / CUT));
    }

    /** @param radius how far from the mean values lie, and nearly do */
    @ParameterizedTest
    @MethodSource("distributions")
    void valuesAreDistributedAsInKeras(InitializerSpec initializer, double mean, double deviation, double radius) {
        double[] values = values(initializer);
        double found = DoubleStream.of(values).average().orElseThrow();
        double variance = DoubleStream.of(values)
                .map(value -> (value - mean) * (value - mean))
                .average()
                .orElseThrow();
        double largest = DoubleStream.of(values)
                .map(value -> Math.abs(value - mean))
                .max()
                .orElseThrow();
        assertThat(found).as("mean, seed %d", SEED).isCloseTo(mean, within(0.01 * deviation + 1e-7));
        assertThat(Math.sqrt(variance)).as("standard deviation").isCloseTo(deviation, within(0.01 * deviation + 1e-7));
        assertThat(largest).isLessThanOrEqualTo(radius + 1e-6);
        if (Double.isFinite(radius)) {
            assertThat(largest).isGreaterThanOrEqualTo(0.99 * radius - 1e-6);
        }
    }

    private static double[] values(InitializerSpec initializer) {
        long key = CounterRandom.key(SEED, "kernel");
        return LongStream.range(0, VALUES)
                .mapToDouble(element -> initializer.value(key, element, FAN_IN, FAN_OUT))
                .toArray();
    }

    @Test
    void everyInitializerIsTested() {
        Set<Class<?>> tested = new HashSet<>();
        distributions().forEach(arguments -> tested.add(arguments.get()[0].getClass()));
        assertThat(tested)
                .containsExactlyInAnyOrderElementsOf(new HashSet<>(
                        Alternatives.of(InitializerSpec.class).byName().values()));
    }

    @Test
    void aNegativeDeviationIsRefused() {
        assertThatThrownBy(() -> new TruncatedNormalInitializer(0, -1)).hasMessageContaining("stddev");
    }
}
