package dev.lockstep.core.data;

import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import dev.lockstep.core.random.CounterRandom;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Which samples are trained on and which are kept for validation: a function of seed, specification, count and labels,
 * fixed before anything is fitted. Of n samples, {@code round(split * n)} are kept, halves rounded up.
 */
public final class SplitPlan {
    private final int[] trainIndices;
    private final int[] validationIndices;
    private final @Nullable IntUnaryOperator classOf;

    private SplitPlan(boolean[] kept, @Nullable IntUnaryOperator classOf) {
        this.trainIndices =
                IntStream.range(0, kept.length).filter(i -> !kept[i]).toArray();
        this.validationIndices =
                IntStream.range(0, kept.length).filter(i -> kept[i]).toArray();
        this.classOf = classOf;
    }

    /**
     * Makes the split.
     *
     * @param seed of the job
     * @param classOf class of a sample, from 0; null where labels are no classes
     * @throws LockstepException when one side would be empty, or stratified is asked for without classes
     */
    public static SplitPlan of(long seed, ValidationSpec spec, int sampleCount, @Nullable IntUnaryOperator classOf) {
        if (sampleCount <= 0) {
            throw new LockstepException(ExitCode.DATA, "there are no training samples");
        }
        int count = sampleCount - trainCount(spec, sampleCount);
        boolean[] kept = new boolean[sampleCount];
        if (spec.split() > 0) {
            requireBothSides(spec, sampleCount, count);
            long key = CounterRandom.key(seed, "validation");
            switch (spec.method()) {
                case SEQUENTIAL -> Arrays.fill(kept, sampleCount - count, sampleCount, true);
                case RANDOM -> keep(kept, IntStream.range(0, sampleCount).toArray(), count, key);
                case STRATIFIED -> keepOfEveryClass(kept, count, key, requireClasses(classOf));
            }
        }
        return new SplitPlan(kept, classOf);
    }

    /** How many of so many samples are left to train with, whichever they are. */
    public static int trainCount(ValidationSpec spec, int sampleCount) {
        return sampleCount - (int) Math.round(spec.split() * sampleCount);
    }

    private static void requireBothSides(ValidationSpec spec, int sampleCount, int count) {
        if (count == 0 || count == sampleCount) {
            throw new LockstepException(
                    ExitCode.DATA,
                    "validation.split " + spec.split() + " of " + sampleCount + " samples keeps " + count
                            + " for validation and leaves " + (sampleCount - count)
                            + " for training; both need at least 1: change the split or give more data");
        }
    }

    private static IntUnaryOperator requireClasses(@Nullable IntUnaryOperator classOf) {
        if (classOf == null) {
            throw new LockstepException(
                    ExitCode.DATA,
                    "validation.method stratified needs class labels; these labels are no classes: use random");
        }
        return classOf;
    }

    private static void keep(boolean[] kept, int[] candidates, int count, long key) {
        Permutation.shuffle(candidates, key);
        for (int i = 0; i < count; i++) {
            kept[candidates[i]] = true;
        }
    }

    /** Shares the validation samples among the classes by the method of the largest remainder. */
    private static void keepOfEveryClass(boolean[] kept, int count, long key, IntUnaryOperator classOf) {
        List<Long> classSizes = ClassLabels.counts(kept.length, classOf, "training labels");
        int[] quotas = quotas(classSizes, count, kept.length);
        int[][] members = members(classSizes, kept.length, classOf);
        for (int label = 0; label < quotas.length; label++) {
            keep(kept, members[label], quotas[label], CounterRandom.key(key, label));
        }
    }

    private static int[][] members(List<Long> classSizes, int samples, IntUnaryOperator classOf) {
        int[][] members = new int[classSizes.size()][];
        int[] found = new int[members.length];
        Arrays.setAll(members, label -> new int[Math.toIntExact(classSizes.get(label))]);
        for (int i = 0; i < samples; i++) {
            int label = classOf.applyAsInt(i);
            members[label][found[label]++] = i;
        }
        return members;
    }

    private static int[] quotas(List<Long> classSizes, int count, int total) {
        int[] quotas = new int[classSizes.size()];
        long[] remainders = new long[classSizes.size()];
        int given = 0;
        for (int label = 0; label < quotas.length; label++) {
            long exactTimesTotal = count * classSizes.get(label);
            quotas[label] = (int) (exactTimesTotal / total);
            remainders[label] = exactTimesTotal % total;
            given += quotas[label];
        }
        for (; given < count; given++) {
            int largest = 0;
            for (int label = 1; label < quotas.length; label++) {
                // Of equal remainders the lower class is served first.
                largest = remainders[label] > remainders[largest] ? label : largest;
            }
            quotas[largest]++;
            remainders[largest] = -1;
        }
        return quotas;
    }

    /** Stable indices to train on, ascending. A copy. */
    public int[] trainIndices() {
        return trainIndices.clone();
    }

    /** Stable indices kept for validation, ascending; empty for none. A copy. */
    public int[] validationIndices() {
        return validationIndices.clone();
    }

    /** Training samples of each class, for the report; empty where labels are no classes. */
    public List<Long> trainClassCounts() {
        return classCounts(trainIndices);
    }

    /** Validation samples of each class, for the report; empty where labels are no classes. */
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
