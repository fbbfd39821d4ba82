package dev.lockstep.core.codec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.core.random.CounterRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HalfBlocksTest {
    private static final long SEED = 98_217;

    private static float[] roundTrip(float[] values) {
        byte[] bytes = new byte[HalfBlocks.encodedLength(values.length)];
        assertThat(HalfBlocks.encode(values, 0, values.length, bytes, 0)).isEqualTo(bytes.length);
        float[] decoded = new float[values.length];
        assertThat(HalfBlocks.decode(bytes, 0, decoded, 0, values.length)).isEqualTo(bytes.length);
        return decoded;
    }

    /** Gradients of any size, as sums of large batches and late in training: none overflows, none vanishes. */
    @ParameterizedTest
    @ValueSource(floats = {1e-38f, 1e-30f, 1e-9f, 1, 1e6f, 1e37f})
    void theRelativeErrorIsThatOfAHalfWhateverTheScale(float scale) {
        float[] values = new float[5_000];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (scale * CounterRandom.normal(SEED, i) * Math.pow(10, i % 5 - 4));
        }
        float[] decoded = roundTrip(values);
        for (int i = 0; i < values.length; i++) {
            double bound = Math.max(Math.abs(values[i]) * 0x1p-11, scale * 8 * 0x1p-39);
            // Denormal floats keep what precision they have.
            assertThat((double) decoded[i]).isBetween(values[i] - bound - 1e-44, values[i] + bound + 1e-44);
        }
    }

    @Test
    void whatIsNotFiniteIsNotHiddenByItsBlock() {
        float[] values = new float[3_000];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) CounterRandom.normal(SEED, i);
        }
        values[1_500] = Float.NaN;
        values[1_501] = Float.NEGATIVE_INFINITY;
        values[2_999] = Float.POSITIVE_INFINITY;
        float[] decoded = roundTrip(values);
        assertThat(decoded[1_500]).isNaN();
        assertThat(decoded[1_501]).isEqualTo(Float.NEGATIVE_INFINITY);
        assertThat(decoded[2_999]).isEqualTo(Float.POSITIVE_INFINITY);
        assertThat(decoded[0]).isFinite();
    }

    @Test
    void extremesAndZerosAreWhatTheyWere() {
        float[] values = {0, -0f, 1, -1, 0.5f};
        assertThat(roundTrip(values)).isEqualTo(values);
        float[] largest = {0x1.ffcp127f, Float.MIN_NORMAL};
        assertThat(roundTrip(largest)).isEqualTo(new float[] {0x1.ffcp127f, 0});
        assertThat(roundTrip(new float[2_000])).isEqualTo(new float[2_000]);
        assertThat(roundTrip(new float[0])).isEmpty();
    }
}
