package dev.lockstep.core.codec;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class HalfPrecisionTest {
    /** The value of a half told in the plainest way. */
    private static double valueOf(int half) {
        int exponent = half >> 10 & 31;
        int fraction = half & 1023;
        double magnitude = exponent == 0 ? fraction * 0x1p-24 : (1024 + fraction) * Math.pow(2, exponent - 25);
        if (exponent == 31) {
            magnitude = fraction == 0 ? Double.POSITIVE_INFINITY : Double.NaN;
        }
        return (half & 0x8000) == 0 ? magnitude : -magnitude;
    }

    @Test
    void everyHalfIsTheFloatOfItsValueAndComesBack() {
        for (int half = 0; half < 1 << 16; half++) {
            float value = HalfPrecision.toFloat((short) half);
            assertThat(Double.valueOf(value)).isEqualTo(Double.valueOf(valueOf(half)));
            if (!Float.isNaN(value)) {
                assertThat(HalfPrecision.fromFloat(value)).isEqualTo((short) half);
            }
        }
        assertThat(Float.floatToRawIntBits(HalfPrecision.toFloat((short) 0x8000)))
                .isEqualTo(1 << 31);
    }

    /** Between every two neighbours: what is below, at and above the middle; a tie goes to the even one. */
    @Test
    void roundsToTheNearestAndTiesToEven() {
        for (int half = 0; half < 0x7c00; half++) {
            double below = valueOf(half);
            double above = half == 0x7bff ? 65_536 : valueOf(half + 1);
            float middle = (float) ((below + above) / 2);
            int even = (half & 1) == 0 ? half : half + 1;
            assertThat(HalfPrecision.fromFloat(middle)).isEqualTo((short) even);
            assertThat(HalfPrecision.fromFloat(Math.nextDown(middle))).isEqualTo((short) half);
            assertThat(HalfPrecision.fromFloat(Math.nextUp(middle))).isEqualTo((short) (half + 1));
            assertThat(HalfPrecision.fromFloat(-middle)).isEqualTo((short) (even | 0x8000));
        }
    }

    @Test
    void whatIsNotFiniteStaysSoAndWhatIsTooLargeBecomesInfinite() {
        for (float value : new float[] {65_520, 65_536, 1e10f, Float.MAX_VALUE, Float.POSITIVE_INFINITY}) {
            assertThat(HalfPrecision.toFloat(HalfPrecision.fromFloat(value))).isEqualTo(Float.POSITIVE_INFINITY);
            assertThat(HalfPrecision.toFloat(HalfPrecision.fromFloat(-value))).isEqualTo(Float.NEGATIVE_INFINITY);
        }
        long seed = System.nanoTime();
        System.out.println("NaNs: seed " + seed);
        Random random = new Random(seed);
        for (int i = 0; i < 1000; i++) {
            float notANumber = Float.intBitsToFloat(0x7f800001 + random.nextInt(0x7ffffe) | random.nextInt(2) << 31);
            assertThat(HalfPrecision.toFloat(HalfPrecision.fromFloat(notANumber)))
                    .isNaN();
        }
        assertThat(HalfPrecision.fromFloat(Float.MIN_VALUE)).isZero();
    }
}
