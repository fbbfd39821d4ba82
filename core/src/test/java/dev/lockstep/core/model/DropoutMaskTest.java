package dev.lockstep.core.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class DropoutMaskTest {
    @Test
    void theShareDroppedIsTheRateAndTheMeanIsKept() {
        DropoutMask mask = new DropoutMask("dropout", 0.3);
        float[] factors = new float[1000];
        double sum = 0;
        int dropped = 0;
        long key = mask.epochKey(7, 2);
        for (int sample = 0; sample < 200; sample++) {
            mask.fill(key, sample, factors, 0, factors.length);
            for (int element = 0; element < factors.length; element++) {
                sum += factors[element];
                dropped += factors[element] == 0 ? 1 : 0;
                assertThat(factors[element] != 0).isEqualTo(mask.keeps(key, sample, element));
            }
        }
        // Standard deviation of the share: sqrt(0.3 * 0.7 / 200,000) = 0.001.
        assertThat(dropped / 200_000.0).isCloseTo(0.3, within(0.005));
        assertThat(sum / 200_000.0).isCloseTo(1, within(0.01));
    }

    @Test
    void everyPartOfTheKeyCounts() {
        float[] first = factors("dropout", 7, 2, 11);
        assertThat(factors("dropout", 7, 2, 11)).isEqualTo(first);
        assertThat(factors("dropout_1", 7, 2, 11)).isNotEqualTo(first);
        assertThat(factors("dropout", 8, 2, 11)).isNotEqualTo(first);
        assertThat(factors("dropout", 7, 3, 11)).isNotEqualTo(first);
        assertThat(factors("dropout", 7, 2, 12)).isNotEqualTo(first);
    }

    private static float[] factors(String layer, long seed, int epoch, int sample) {
        DropoutMask mask = new DropoutMask(layer, 0.5);
        float[] factors = new float[64];
        mask.fill(mask.epochKey(seed, epoch), sample, factors, 0, 64);
        return factors;
    }
}
