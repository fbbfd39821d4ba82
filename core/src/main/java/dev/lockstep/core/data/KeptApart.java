package dev.lockstep.core.data;

import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import dev.lockstep.core.random.CounterRandom;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the samples that a specification keeps apart.
 *
 * @param setting of the job that says so, for messages
 * @param purpose what they are kept for, for messages
 * @param spec which ones
 * @param key of the random numbers
 * @param classOf class of a sample, from 0; null where labels are no classes
 * @param marked whether the condition holds for a sample
 */
record KeptApart(
        String setting,
        String purpose,
        ValidationSpec spec,
        long key,
        @Nullable IntUnaryOperator classOf,
        IntPredicate marked) {
    /**
     * The chosen ones of the candidates.
     *
     * @param candidates stable indices, ascending
     * @throws LockstepException when nothing would be kept or left, or stratified is asked for without classes
     */
    int[] of(int[] candidates) {
        if (spec.isNone()) {
            return new int[0];
        }
        if (spec.where() != null) {
            int[] chosen = Arrays.stream(candidates).filter(marked).toArray();
            requireBothSides(candidates.length, chosen.length);
            return chosen;
        }
        int count = spec.keptOf(candidates.length, 0);
        requireBothSides(candidates.length, count);
        int[] chosen = spec.folds() == null ? share(candidates, count) : fold(candidates, spec.folds());
        Arrays.sort(chosen);
        return chosen;
    }

    private void requireBothSides(int candidates, int count) {
        Integer folds = spec.folds();
        if (folds != null && folds > candidates) {
            throw new LockstepException(
                    ExitCode.DATA,
                    setting + ".folds " + folds + " of " + candidates
                            + " samples: every fold needs at least 1; ask for fewer folds or give more data");
        }
        if (count == 0 || count == candidates) {
            String what = spec.where() == null
                    ? setting + ".split " + spec.split() + " of " + candidates + " samples keeps " + count
                    : setting + ".where \"" + spec.where() + "\" of " + candidates + " samples keeps " + count;
            throw new LockstepException(
                    ExitCode.DATA,
                    what + " for " + purpose + " and leaves " + (candidates - count)
                            + " for training; both need at least 1: change the "
                            + (spec.where() == null ? "split or give more data" : "condition or give other data"));
        }
    }

    private int[] share(int[] candidates, int count) {
        return switch (spec.method()) {
            case SEQUENTIAL -> Arrays.copyOfRange(candidates, candidates.length - count, candidates.length);
            case RANDOM -> Arrays.copyOf(shuffled(candidates, key), count);
            case STRATIFIED -> shareOfEveryClass(candidates, count);
        };
    }

    private static int[] shuffled(int[] values, long key) {
        int[] copy = values.clone();
        Permutation.shuffle(copy, key);
        return copy;
    }

    /** Part {@code fold} of near-equal ones. Dealt out in turn, class after class, each class is cut near-equally too. */
    private int[] fold(int[] candidates, int folds) {
        if (spec.method() == ValidationSpec.Method.SEQUENTIAL) {
            Slice slice = Slice.of(0, candidates.length, folds, spec.fold() - 1);
            return Arrays.copyOfRange(candidates, slice.from(), slice.to());
        }
        int[] order = spec.method() == ValidationSpec.Method.RANDOM
                ? shuffled(candidates, key)
                : Arrays.stream(shuffledClasses(candidates))
                        .flatMapToInt(Arrays::stream)
                        .toArray();
        return IntStream.range(0, order.length)
                .filter(position -> position % folds == spec.fold() - 1)
                .map(position -> order[position])
                .toArray();
    }

    private int[] shareOfEveryClass(int[] candidates, int count) {
        int[][] members = shuffledClasses(candidates);
        int[] quotas = quotas(members, count, candidates.length);
        return IntStream.range(0, members.length)
                .flatMap(label -> Arrays.stream(members[label], 0, quotas[label]))
                .toArray();
    }

    private int[][] shuffledClasses(int[] candidates) {
        IntUnaryOperator known = classOf;
        if (known == null) {
            throw new LockstepException(
                    ExitCode.DATA,
                    setting + ".method stratified needs class labels; these labels are no classes: use random");
        }
        List<Long> sizes =
                ClassLabels.counts(candidates.length, i -> known.applyAsInt(candidates[i]), "training labels");
        int[][] members = new int[sizes.size()][];
        int[] found = new int[members.length];
        Arrays.setAll(members, label -> new int[Math.toIntExact(sizes.get(label))]);
        for (int candidate : candidates) {
            int label = known.applyAsInt(candidate);
            members[label][found[label]++] = candidate;
        }
        for (int label = 0; label < members.length; label++) {
            Permutation.shuffle(members[label], CounterRandom.key(key, label));
        }
        return members;
    }

    /** Shares the samples to be kept among the classes by the method of the largest remainder. */
    private static int[] quotas(int[][] members, int count, int total) {
        int[] quotas = new int[members.length];
        long[] remainders = new long[members.length];
        int given = 0;
        for (int label = 0; label < quotas.length; label++) {
            long exactTimesTotal = (long) count * members[label].length;
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
}
