package dev.lockstep.core.data;

import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import dev.lockstep.core.random.CounterRandom;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Which samples are trained on, which are kept for validation and which for the test: a function of seed,
 * specifications, count, labels and, for conditions, of the marks of the rows; fixed before anything is fitted. The test
 * part is drawn first, so that it stays the same whatever becomes of the validation part; each has random numbers of its
 * own. Of n samples a split keeps {@code round(split * n)}, halves rounded up.
 */
public final class SplitPlan {
    private final int[] trainIndices;
    private final int[] validationIndices;
    private final int[] testIndices;
    private final @Nullable IntUnaryOperator classOf;

    private SplitPlan(int[] train, int[] validation, int[] test, @Nullable IntUnaryOperator classOf) {
        this.trainIndices = train;
        this.validationIndices = validation;
        this.testIndices = test;
        this.classOf = classOf;
    }

    /**
     * Makes the split of a job's training samples.
     *
     * @param seed of the job
     * @param classOf class of a sample, from 0; null where labels are no classes
     * @param partOf what the job's conditions say of a sample; null where there are none
     * @throws LockstepException when a part would be empty, or stratified is asked for without classes
     */
    public static SplitPlan of(
            long seed,
            DataSpec data,
            int sampleCount,
            @Nullable IntUnaryOperator classOf,
            @Nullable IntFunction<SamplePart> partOf) {
        return of(seed, data.testSplit(), data.validation(), sampleCount, classOf, partOf);
    }

    /** A split without a test part and without conditions. */
    public static SplitPlan of(
            long seed, ValidationSpec validation, int sampleCount, @Nullable IntUnaryOperator classOf) {
        return of(seed, ValidationSpec.NONE, validation, sampleCount, classOf, null);
    }

    static SplitPlan of(
            long seed,
            ValidationSpec test,
            ValidationSpec validation,
            int sampleCount,
            @Nullable IntUnaryOperator classOf,
            @Nullable IntFunction<SamplePart> partOf) {
        if (sampleCount <= 0) {
            throw new LockstepException(ExitCode.DATA, "there are no training samples");
        }
        int[] all = IntStream.range(0, sampleCount).toArray();
        int[] testIndices = kept(seed, "test_split", "the test", test, classOf, partOf, SamplePart.TEST, all);
        int[] rest = without(all, testIndices);
        int[] validationIndices =
                kept(seed, "validation", "validation", validation, classOf, partOf, SamplePart.VALIDATION, rest);
        return new SplitPlan(without(rest, validationIndices), validationIndices, testIndices, classOf);
    }

    private static int[] kept(
            long seed,
            String setting,
            String purpose,
            ValidationSpec spec,
            @Nullable IntUnaryOperator classOf,
            @Nullable IntFunction<SamplePart> partOf,
            SamplePart wanted,
            int[] candidates) {
        if (spec.where() != null && partOf == null) {
            throw new IllegalArgumentException(setting + ".where needs to be told which samples it holds for");
        }
        return new KeptApart(
                        setting,
                        purpose,
                        spec,
                        CounterRandom.key(seed, setting),
                        classOf,
                        sample -> partOf != null && partOf.apply(sample) == wanted)
                .of(candidates);
    }

    /** Both ascending. */
    private static int[] without(int[] all, int[] taken) {
        return taken.length == 0
                ? all
                : Arrays.stream(all)
                        .filter(sample -> Arrays.binarySearch(taken, sample) < 0)
                        .toArray();
    }

    /**
     * How many of so many samples are left to train with. Exact, but where conditions choose validation samples among
     * which others draw for the test.
     *
     * @param validationMarked for how many samples the condition of the validation holds
     * @param testMarked the same for the test
     */
    public static int trainCount(DataSpec data, int samples, int validationMarked, int testMarked) {
        int left = samples - data.testSplit().keptOf(samples, testMarked);
        return left - data.validation().keptOf(left, Math.min(left, validationMarked));
    }

    /** Stable indices to train on, ascending. A copy. */
    public int[] trainIndices() {
        return trainIndices.clone();
    }

    /** Stable indices kept for validation, ascending; empty for none. A copy. */
    public int[] validationIndices() {
        return validationIndices.clone();
    }

    /** Stable indices kept for the test, ascending; empty for none. A copy. */
    public int[] testIndices() {
        return testIndices.clone();
    }

    /** Training samples of each class; empty where labels are no classes. */
    public List<Long> trainClassCounts() {
        return classCounts(trainIndices);
    }

    /** Validation samples of each class; empty where labels are no classes. */
    public List<Long> validationClassCounts() {
        return classCounts(validationIndices);
    }

    private List<Long> classCounts(int[] indices) {
        IntUnaryOperator known = classOf;
        return known == null
                ? List.of()
                : ClassLabels.counts(indices.length, i -> known.applyAsInt(indices[i]), "training labels");
    }
}
