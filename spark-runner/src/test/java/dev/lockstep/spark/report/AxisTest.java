package dev.lockstep.spark.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class AxisTest {
    private static List<String> labels(Axis axis) {
        return axis.ticks().stream().map(Axis.Tick::label).toList();
    }

    @Test
    void endsAreRound() {
        Axis axis = Axis.linear(0.13, 0.97);
        assertThat(labels(axis)).containsExactly("0", "0.2", "0.4", "0.6", "0.8", "1.0");
        assertThat(axis.position(0)).isEqualTo(0);
        assertThat(axis.position(1)).isCloseTo(1, within(1e-9));
    }

    @Test
    void aSingleValueHasRoomOnBothSides() {
        assertThat(Axis.linear(3, 3).position(3)).isBetween(0.3, 0.7);
        assertThat(labels(Axis.exact(1, 1, true))).containsExactly("1");
        assertThat(labels(Axis.linear(0.001, 0.001))).contains("0.0010");
        assertThat(Axis.linear(0, 0).position(0)).isBetween(0.3, 0.7);
    }

    @Test
    void epochsAreWhole() {
        assertThat(labels(Axis.exact(1, 10, true))).containsExactly("2", "4", "6", "8", "10");
        assertThat(labels(Axis.exact(1, 3, true))).containsExactly("1", "2", "3");
    }

    @Test
    @Timeout(10)
    void valuesBeyondAllCountingEndToo() {
        for (double value : new double[] {1e17, 1e19, -1e19, 1e300, Double.MAX_VALUE}) {
            assertThat(Axis.exact(value, value, true).ticks()).hasSizeLessThan(30);
            assertThat(Axis.exact(0, value, true).ticks()).hasSizeLessThan(30);
            assertThat(Axis.linear(value, value).ticks()).hasSizeLessThan(30);
            assertThat(Axis.fitting(Double.MIN_VALUE, value).ticks()).hasSizeLessThan(1_000);
        }
        assertThat(Axis.linear(-Double.MAX_VALUE, Double.MAX_VALUE).ticks()).hasSizeLessThan(30);
    }

    @Test
    void decadesAreLogarithmic() {
        Axis axis = Axis.fitting(1e-6, 1);
        assertThat(axis.isLogarithmic()).isTrue();
        assertThat(labels(axis)).containsExactly("1e-6", "1e-5", "0.0001", "0.001", "0.01", "0.1", "1");
        assertThat(Axis.fitting(0, 1).isLogarithmic()).isFalse();
    }

    @Test
    void largeNumbersAreShort() {
        assertThat(labels(Axis.linear(0, 60_000))).containsExactly("0", "20k", "40k", "60k");
        assertThat(labels(Axis.linear(0, 2.1e6))).contains("0.5M", "1.0M");
    }
}
