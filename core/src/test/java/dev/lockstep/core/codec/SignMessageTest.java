package dev.lockstep.core.codec;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class SignMessageTest {
    @Test
    void everyMessageSaysWhichValuesReachTheThresholdInTheShorterForm() {
        long seed = System.nanoTime();
        System.out.println("sign messages: seed " + seed);
        Random random = new Random(seed);
        for (int round = 0; round < 300; round++) {
            int length = random.nextInt(3_000);
            double density = round % 3 == 0 ? random.nextDouble() : random.nextDouble() / 50;
            float[] values = new float[length];
            float[] expected = new float[length];
            int count = 0;
            for (int i = 0; i < length; i++) {
                boolean sent = random.nextDouble() < density;
                float magnitude = sent ? 1 + random.nextFloat() : random.nextFloat() * 0.999f;
                values[i] = random.nextBoolean() ? magnitude : -magnitude;
                expected[i] = sent ? Math.copySign(0.25f, values[i]) : 0;
                count += sent ? 1 : 0;
            }
            byte[] bytes = new byte[7 + SignMessage.room(length)];
            int end = SignMessage.write(values, length, 1, bytes, 7);
            assertThat(SignMessage.count(bytes, 7)).isEqualTo(count);
            assertThat(end - 7).isLessThanOrEqualTo(SignMessage.longest(length)).isLessThanOrEqualTo(5 + 2 * count);
            float[] decoded = new float[length];
            SignMessage.add(bytes, 7, 0.25f, decoded, length);
            assertThat(decoded).isEqualTo(expected);
        }
    }

    @Test
    void aValueIsSentAsOftenAsItHoldsTheThresholdWithinBounds() {
        float[] values = new float[500];
        values[2] = 3.5f;
        values[3] = -2;
        values[400] = -1e6f;
        byte[] bytes = new byte[SignMessage.room(500)];
        SignMessage.write(values, 500, 1, bytes, 0);
        assertThat(SignMessage.count(bytes, 0)).isEqualTo(3 + 2 + 16);
        SignMessage.add(bytes, 0, -1, values, 500);
        assertThat(values[2]).isEqualTo(0.5f);
        assertThat(values[3]).isZero();
        assertThat(values[400]).isEqualTo(-1e6f + 16);
    }

    @Test
    void aGapMayBeLong() {
        float[] values = new float[40_000_000];
        values[3] = 1;
        values[values.length - 1] = -1;
        byte[] bytes = new byte[SignMessage.room(values.length)];
        assertThat(SignMessage.write(values, values.length, 1, bytes, 0)).isEqualTo(5 + 1 + 4);
        SignMessage.add(bytes, 0, -1, values, values.length);
        assertThat(values[3]).isZero();
        assertThat(values[values.length - 1]).isZero();
    }
}
