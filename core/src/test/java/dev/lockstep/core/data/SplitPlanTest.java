package dev.lockstep.core.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.core.data.ValidationSpec.Method;
import dev.lockstep.core.error.LockstepException;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class SplitPlanTest {
    @ParameterizedTest
    @EnumSource(Method.class)
    void cutsInTwoSortedSides(Method method) {
        Random random = new Random(11);
        for (int round = 0; round < 100; round++) {
            int samples = 20 + random.nextInt(500);
            double split = 0.05 + 0.9 * random.nextDouble();
            ValidationSpec spec = new ValidationSpec(split, method);
            SplitPlan plan = SplitPlan.of(random.nextLong(), spec, samples, SplitPlanTest::threeClasses);
            int[] train = plan.trainIndices();
            int[] validation = plan.validationIndices();
            assertThat(validation).hasSize((int) Math.round(split * samples)).isSorted();
            assertThat(train).isSorted().hasSize(SplitPlan.trainCount(spec, samples));
            assertThat(IntStream.concat(Arrays.stream(train), Arrays.stream(validation))
                            .sorted())
                    .containsExactly(IntStream.range(0, samples).boxed().toArray(Integer[]::new));
            assertThat(plan.trainClassCounts().stream()
                            .mapToLong(Long::longValue)
                            .sum())
                    .isEqualTo(train.length);
        }
    }

    @Test
    void sequentialTakesTheLastOnes() {
        SplitPlan plan = SplitPlan.of(1, new ValidationSpec(0.3, Method.SEQUENTIAL), 10, null);
        assertThat(plan.trainIndices()).containsExactly(0, 1, 2, 3, 4, 5, 6);
        assertThat(plan.validationIndices()).containsExactly(7, 8, 9);
        assertThat(plan.trainClassCounts()).isEmpty();
    }

    @Test
    void halvesAreRoundedUp() {
        assertThat(SplitPlan.of(1, new ValidationSpec(0.25, Method.RANDOM), 10, null)
                        .validationIndices())
                .hasSize(3);
    }

    @Test
    void noSplitTrainsOnEverything() {
        SplitPlan plan = SplitPlan.of(1, new ValidationSpec(0, Method.RANDOM), 4, i -> 0);
        assertThat(plan.trainIndices()).containsExactly(0, 1, 2, 3);
        assertThat(plan.validationIndices()).isEmpty();
        assertThat(plan.validationClassCounts()).isEmpty();
    }

    @Test
    void randomDependsOnTheSeedAlone() {
        ValidationSpec spec = new ValidationSpec(0.3, Method.RANDOM);
        int[] first = SplitPlan.of(1, spec, 1000, null).validationIndices();
        assertThat(SplitPlan.of(1, spec, 1000, SplitPlanTest::threeClasses).validationIndices())
                .isEqualTo(first);
        assertThat(SplitPlan.of(2, spec, 1000, null).validationIndices()).isNotEqualTo(first);
        assertThat(Arrays.stream(first).average().orElseThrow()).isBetween(430.0, 570.0);
    }

    @Test
    void stratifiedSharesByTheLargestRemainder() {
        // 13 samples: 7, 5 and 1 of the classes; 4 are kept: exact shares 2.15, 1.54, 0.31.
        int[] labels = {0, 1, 0, 1, 0, 1, 2, 0, 1, 0, 1, 0, 0};
        SplitPlan plan = SplitPlan.of(5, new ValidationSpec(0.3, Method.STRATIFIED), 13, i -> labels[i]);
        assertThat(plan.validationClassCounts()).containsExactly(2L, 2L);
        assertThat(plan.trainClassCounts()).containsExactly(5L, 3L, 1L);
    }

    @Test
    void stratifiedKeepsTheShareOfEveryClass() {
        SplitPlan plan = SplitPlan.of(5, new ValidationSpec(0.2, Method.STRATIFIED), 1000, SplitPlanTest::threeClasses);
        assertThat(plan.validationClassCounts()).containsExactly(140L, 40L, 20L);
        assertThat(plan.trainClassCounts()).containsExactly(560L, 160L, 80L);
        assertThat(SplitPlan.of(6, new ValidationSpec(0.2, Method.STRATIFIED), 1000, SplitPlanTest::threeClasses)
                        .validationIndices())
                .isNotEqualTo(plan.validationIndices());
    }

    @Test
    void refusesAnEmptySide() {
        assertThatThrownBy(() -> SplitPlan.of(1, new ValidationSpec(0.01, Method.RANDOM), 10, null))
                .isInstanceOf(LockstepException.class)
                .hasMessage("validation.split 0.01 of 10 samples keeps 0 for validation and leaves 10 for training;"
                        + " both need at least 1: change the split or give more data");
        assertThatThrownBy(() -> SplitPlan.of(1, new ValidationSpec(0.99, Method.SEQUENTIAL), 10, null))
                .hasMessageContaining("leaves 0 for training");
        assertThatThrownBy(() -> SplitPlan.of(1, new ValidationSpec(0.5, Method.STRATIFIED), 10, null))
                .hasMessageContaining("stratified needs class labels");
    }

    private static int threeClasses(int sample) {
        return sample % 10 < 7 ? 0 : sample % 10 < 9 ? 1 : 2;
    }
}
