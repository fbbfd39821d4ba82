package dev.lockstep.core.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lockstep.core.random.CounterRandom;
import java.util.List;
import org.junit.jupiter.api.Test;

class DistributionTest {
    @Test
    void figuresAreThoseOfTheRange() {
        Distribution distribution = Distribution.of(new float[] {99, 1, 2, 3, 4, -99}, 1, 5);

        assertThat(distribution.count()).isEqualTo(4);
        assertThat(distribution.minimum()).isEqualTo(1);
        assertThat(distribution.maximum()).isEqualTo(4);
        assertThat(distribution.mean()).isEqualTo(2.5);
        assertThat(distribution.standardDeviation()).isCloseTo(Math.sqrt(1.25), within(1e-12));
        assertThat(distribution.norm()).isCloseTo(Math.sqrt(30), within(1e-12));
    }

    @Test
    void aBucketHasItsLowerEdgeAndTheLastOneBoth() {
        float[] values = new float[31];
        for (int i = 0; i < values.length; i++) {
            values[i] = i;
        }
        Distribution distribution = Distribution.of(values, 0, values.length);

        assertThat(distribution.edges()).hasSize(31).startsWith(0f, 1f).endsWith(29f, 30f);
        assertThat(distribution.counts()).hasSize(30).endsWith(1L, 2L).startsWith(1L, 1L);
    }

    @Test
    void everyFiniteValueIsCountedOnce() {
        float[] values = new float[10_000];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) CounterRandom.normal(7, i) * 1e-20f;
        }
        values[17] = Float.NaN;
        values[18] = Float.POSITIVE_INFINITY;
        Distribution distribution = Distribution.of(values, 0, values.length);

        assertThat(distribution.count()).isEqualTo(9_998);
        assertThat(distribution.counts().stream().mapToLong(Long::longValue).sum())
                .isEqualTo(9_998);
        assertThat(distribution.edges()).isSorted();
    }

    @Test
    void equalValuesHaveOneBucket() {
        Distribution distribution = Distribution.of(new float[] {3, 3, 3}, 0, 3);

        assertThat(distribution.edges()).containsExactly(2.5f, 3.5f);
        assertThat(distribution.counts()).isEqualTo(List.of(3L));
        assertThat(distribution.standardDeviation()).isZero();
    }

    @Test
    void nothingFiniteHasNoBuckets() {
        Distribution distribution = Distribution.of(new float[] {Float.NaN}, 0, 1);

        assertThat(distribution.count()).isZero();
        assertThat(distribution.edges()).isEmpty();
        assertThat(distribution.counts()).isEmpty();
        assertThat(distribution.minimum()).isZero();
    }
}
