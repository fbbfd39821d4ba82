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
            assertThat(train).isSorted().hasSize(samples - spec.keptOf(samples, 0));
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

    private static ValidationSpec fold(Method method, int folds, int fold) {
        return new ValidationSpec(0, method, folds, fold, null);
    }

    private static ValidationSpec where(String condition) {
        return new ValidationSpec(0, Method.RANDOM, null, 1, condition);
    }

    @ParameterizedTest
    @EnumSource(Method.class)
    void everySampleIsInExactlyOneFold(Method method) {
        long seed = 20_260_101;
        Random random = new Random(seed);
        for (int round = 0; round < 50; round++) {
            int folds = 2 + random.nextInt(9);
            int samples = folds + random.nextInt(300);
            long jobSeed = random.nextLong();
            int[] timesKept = new int[samples];
            int[][] ofClasses = new int[folds][3];
            for (int fold = 1; fold <= folds; fold++) {
                ValidationSpec spec = fold(method, folds, fold);
                SplitPlan plan = SplitPlan.of(jobSeed, spec, samples, SplitPlanTest::threeClasses);
                int[] kept = plan.validationIndices();
                assertThat(kept).isSorted().hasSize(spec.keptOf(samples, 0));
                assertThat(kept.length).isBetween(samples / folds, (samples + folds - 1) / folds);
                assertThat(IntStream.concat(Arrays.stream(plan.trainIndices()), Arrays.stream(kept))
                                .sorted()
                                .toArray())
                        .isEqualTo(IntStream.range(0, samples).toArray());
                for (int sample : kept) {
                    timesKept[sample]++;
                    ofClasses[fold - 1][threeClasses(sample)]++;
                }
            }
            String what = "seed " + seed + ", round " + round + ": " + folds + " folds of " + samples;
            assertThat(timesKept).as(what).containsOnly(1);
            if (method == Method.STRATIFIED) {
                for (int label = 0; label < 3; label++) {
                    int number = label;
                    int[] counts = Arrays.stream(ofClasses)
                            .mapToInt(counted -> counted[number])
                            .sorted()
                            .toArray();
                    assertThat(counts[folds - 1] - counts[0])
                            .as("%s, class %d", what, label)
                            .isLessThanOrEqualTo(1);
                }
            }
        }
    }

    @Test
    void sequentialFoldsAreContiguousAndTheFirstOnesAreTheLonger() {
        assertThat(SplitPlan.of(1, fold(Method.SEQUENTIAL, 3, 1), 8, null).validationIndices())
                .containsExactly(0, 1, 2);
        assertThat(SplitPlan.of(1, fold(Method.SEQUENTIAL, 3, 3), 8, null).validationIndices())
                .containsExactly(6, 7);
    }

    @Test
    void theTestPartIsDrawnFirstAndOfItsOwn() {
        ValidationSpec random = new ValidationSpec(0.2, Method.RANDOM);
        ValidationSpec none = ValidationSpec.NONE;
        SplitPlan both = SplitPlan.of(3, random, random, 100, SplitPlanTest::threeClasses, null);
        assertThat(both.testIndices()).hasSize(20).isSorted();
        assertThat(both.validationIndices()).hasSize(16).isSorted().doesNotContain(both.testIndices());
        assertThat(both.trainIndices()).hasSize(64).doesNotContain(both.testIndices());
        assertThat(SplitPlan.of(3, random, fold(Method.STRATIFIED, 4, 2), 100, SplitPlanTest::threeClasses, null)
                        .testIndices())
                .isEqualTo(both.testIndices());
        assertThat(SplitPlan.of(3, none, random, 100, null, null).validationIndices())
                .isNotEqualTo(both.testIndices());
        SplitPlan last = SplitPlan.of(3, new ValidationSpec(0.2, Method.SEQUENTIAL), random, 10, null, null);
        assertThat(last.testIndices()).containsExactly(8, 9);
        SplitPlan stratified = SplitPlan.of(
                3, new ValidationSpec(0.2, Method.STRATIFIED), none, 100, SplitPlanTest::threeClasses, null);
        assertThat(Arrays.stream(stratified.testIndices()).filter(i -> threeClasses(i) == 2))
                .hasSize(2);
        assertThat(stratified.trainClassCounts()).containsExactly(56L, 16L, 8L);
    }

    @Test
    void conditionsKeepTheMarkedSamples() {
        SplitPlan plan = SplitPlan.of(
                1,
                where("x > 5"),
                where("y"),
                10,
                null,
                sample -> sample == 9 ? SamplePart.TEST : sample < 3 ? SamplePart.VALIDATION : SamplePart.TRAIN);
        assertThat(plan.testIndices()).containsExactly(9);
        assertThat(plan.validationIndices()).containsExactly(0, 1, 2);
        assertThat(plan.trainIndices()).containsExactly(3, 4, 5, 6, 7, 8);
        assertThatThrownBy(() ->
                        SplitPlan.of(1, ValidationSpec.NONE, where("y > 3"), 10, null, sample -> SamplePart.TRAIN))
                .isInstanceOf(LockstepException.class)
                .hasMessage("validation.where \"y > 3\" of 10 samples keeps 0 for validation and leaves 10 for"
                        + " training; both need at least 1: change the condition or give other data");
        assertThatThrownBy(
                        () -> SplitPlan.of(1, where("y > 3"), ValidationSpec.NONE, 10, null, sample -> SamplePart.TEST))
                .hasMessageContaining("test_split.where", "keeps 10 for the test and leaves 0");
    }

    @Test
    void countsAreKnownWithoutTheSamples() {
        DataSpec data =
                new DigitsData(100, 0, 1, null, 255, fold(Method.RANDOM, 3, 1), new ValidationSpec(0.3, Method.RANDOM));
        SplitPlan plan = SplitPlan.of(1, data, 100, null, null);
        assertThat(plan.trainIndices()).hasSize(SplitPlan.trainCount(data, 100, 0, 0));
        assertThat(SplitPlan.trainCount(data, 100, 0, 0)).isEqualTo(46);
    }

    @Test
    void refusesMoreFoldsThanSamples() {
        assertThatThrownBy(() -> SplitPlan.of(1, fold(Method.RANDOM, 6, 2), 5, null))
                .isInstanceOf(LockstepException.class)
                .hasMessageContaining("validation.folds 6 of 5 samples");
        assertThatThrownBy(() -> SplitPlan.of(1, fold(Method.STRATIFIED, 2, 2), 5, null))
                .hasMessageContaining("stratified needs class labels");
    }

    private static int threeClasses(int sample) {
        return sample % 10 < 7 ? 0 : sample % 10 < 9 ? 1 : 2;
    }
}
