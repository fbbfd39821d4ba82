package dev.lockstep.core.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lockstep.core.data.InMemorySamples;
import dev.lockstep.core.data.Shape;
import dev.lockstep.core.train.SplitReport.Part;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SplitReportTest {
    private static List<Long> counts(long... counts) {
        return LongStream.of(counts).boxed().toList();
    }

    private static Part part(long... counts) {
        return new Part((int) LongStream.of(counts).sum(), counts(counts));
    }

    private static List<String> warnings(Part train, @Nullable Part validation, @Nullable Part test) {
        return SplitWarnings.of(new SplitReport(train, validation, test));
    }

    @Test
    void countsTheClassesOfEveryPart() {
        InMemorySamples samples = new InMemorySamples(Shape.of(1), 1, new float[6], new float[] {0, 1, 1, 2, 0, 1});
        InMemorySamples test = new InMemorySamples(Shape.of(1), 1, new float[2], new float[] {2, 2});
        TrainingData data = new TrainingData(samples, new int[] {0, 1, 2, 5}, new int[] {3, 4}, test);
        SplitReport report = SplitReport.of(data, 3);
        assertThat(report.train()).isEqualTo(new Part(4, counts(1, 3, 0)));
        assertThat(report.validation()).isEqualTo(new Part(2, counts(1, 0, 1)));
        assertThat(report.test()).isEqualTo(new Part(2, counts(0, 0, 2)));
        assertThat(report.event().toString())
                .startsWith("{\"event\":\"splits\",\"train\":{\"samples\":4,\"class_counts\":[1,3,0]},")
                .contains("\"warnings\":[\"train: no sample of class 2, which validation has: it cannot be learnt\"");
    }

    @Test
    void targetsAreNotCounted() {
        InMemorySamples samples = new InMemorySamples(Shape.of(1), 1, new float[3], new float[] {0.5f, 1, 2});
        TrainingData data = new TrainingData(samples, new int[] {0, 1, 2}, new int[0], null);
        assertThat(SplitReport.of(data, 0).event().toString())
                .isEqualTo("{\"event\":\"splits\",\"train\":{\"samples\":3,\"class_counts\":null},"
                        + "\"validation\":null,\"test\":null,\"warnings\":[]}");
        assertThat(SplitReport.of(data, 3).train().classCounts())
                .as("0.5 is no class")
                .isNull();
    }

    @Test
    void aSingleClassIsTold() {
        assertThat(warnings(part(5, 0), part(3, 0), null))
                .containsExactly(
                        "train: labels contain a single class (0)", "validation: labels contain a single class (0)");
    }

    @Test
    void missingClassesAreTold() {
        assertThat(warnings(part(50, 50, 9), part(10, 10, 0), part(1, 1, 1)))
                .containsExactly("validation: no sample of class 2, which is trained on");
        assertThat(warnings(part(50, 50, 0, 0, 0, 0, 0, 0), null, part(5, 5, 1, 1, 1, 1, 1, 1)))
                .first()
                .asString()
                .isEqualTo(
                        "train: no sample of the classes 2, 3, 4, 5, 6 and 1 more, which test has: it cannot be learnt");
    }

    @Test
    void sharesThatDifferAreTold() {
        assertThat(warnings(part(900, 100), part(180, 20), part(150, 50)))
                .containsExactly("test: its classes are not distributed as those that are trained on: class 1 is 25.0 %"
                        + " of it and 10.0 % of the training samples (chi-square test, p < 0.001)");
        assertThat(warnings(part(900, 100), part(150, 50), part(180, 20)))
                .singleElement()
                .asString()
                .startsWith("validation: its classes are not distributed")
                .endsWith("; method: stratified keeps the shares");
        assertThat(warnings(part(9_000_000, 1_000_000), part(891_000, 109_000), null))
                .as("significant, but less than a tenth")
                .isEmpty();
        assertThat(warnings(part(90, 10), part(8, 2), null)).as("chance").isEmpty();
    }

    /** Drawn at random, 0.1 % of all parts would be significant; the warning needs more than that. */
    @Test
    void chanceIsHardlyEverWarnedOf() {
        long seed = 71;
        Random random = new Random(seed);
        int warned = 0;
        for (int round = 0; round < 2000; round++) {
            List<List<Long>> drawn = new ArrayList<>();
            for (int size : new int[] {2000, 300}) {
                long[] counts = new long[6];
                IntStream.range(0, size)
                        .forEach(i -> counts[Math.min(5, (int) (-1.5 * Math.log(random.nextDouble())))]++);
                drawn.add(counts(counts));
            }
            warned += SplitWarnings.isSignificant(drawn.get(0), drawn.get(1)) ? 1 : 0;
        }
        assertThat(warned).as("of 2000, seed %d", seed).isLessThan(10);
    }

    /** Tables of the chi-square distribution: 10.828, 16.266, 29.588 and 149.449. */
    @Test
    void criticalValuesAreThoseOfTheTables() {
        assertThat(SplitWarnings.criticalValue(1)).isCloseTo(10.828, within(0.35));
        assertThat(SplitWarnings.criticalValue(3)).isCloseTo(16.266, within(0.3));
        assertThat(SplitWarnings.criticalValue(10)).isCloseTo(29.588, within(0.2));
        assertThat(SplitWarnings.criticalValue(100)).isCloseTo(149.449, within(0.1));
    }
}
