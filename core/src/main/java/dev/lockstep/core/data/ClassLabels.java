package dev.lockstep.core.data;

import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;

/** Checks and counts of class-index labels. */
public final class ClassLabels {
    private static final int MOST_CLASSES = 1 << 20;

    private ClassLabels() {}

    /**
     * Samples of each class, for classes 0 up to the largest that occurs.
     *
     * @param classOf class of the i-th sample
     * @throws LockstepException for a negative label, or one beyond a million, which is no class
     */
    public static List<Long> counts(int samples, IntUnaryOperator classOf, String name) {
        List<Long> counts = new ArrayList<>();
        for (int i = 0; i < samples; i++) {
            int label = classOf.applyAsInt(i);
            if (label < 0 || label >= MOST_CLASSES) {
                throw new LockstepException(
                        ExitCode.DATA,
                        name + ": label " + label + " at sample " + i + "; classes count from 0 and end below "
                                + MOST_CLASSES);
            }
            while (counts.size() <= label) {
                counts.add(0L);
            }
            counts.set(label, counts.get(label) + 1);
        }
        return List.copyOf(counts);
    }

    /**
     * Requires that labels fit a network, and that there is something to learn.
     *
     * @param classes outputs of the network; 2 for one sigmoid output
     * @param name of the labels, for messages
     * @throws LockstepException naming the first sample that does not fit; with a hint where labels count from 1
     */
    public static void require(int samples, IntUnaryOperator classOf, int classes, String name) {
        int smallest = Integer.MAX_VALUE;
        int largest = Integer.MIN_VALUE;
        int firstOutside = -1;
        for (int i = 0; i < samples; i++) {
            int label = classOf.applyAsInt(i);
            smallest = Math.min(smallest, label);
            largest = Math.max(largest, label);
            if (firstOutside < 0 && (label < 0 || label >= classes)) {
                firstOutside = i;
            }
        }
        if (firstOutside >= 0) {
            boolean oneBased = smallest == 1 && largest == classes;
            String remedy = oneBased
                    ? "; the labels look 1-based: subtract 1 from every label (data.label_offset: 1)"
                    : "; give the last layer " + (largest + 1L) + " units, or correct the labels";
            throw new LockstepException(
                    ExitCode.DATA,
                    name + ": label " + classOf.applyAsInt(firstOutside) + " at sample " + firstOutside + "; " + classes
                            + " classes need labels 0.." + (classes - 1)
                            + (smallest < 0 ? "; correct the labels" : remedy));
        }
        if (samples > 0 && smallest == largest) {
            throw new LockstepException(
                    ExitCode.DATA,
                    name + ": labels contain a single class (" + smallest + "); a classifier needs at least 2");
        }
    }

    /**
     * The same for labels that have been counted already: in range, with at least two classes.
     *
     * @param counts samples of each class from 0
     * @throws LockstepException naming the classes that do not fit; with a hint where labels count from 1
     */
    public static void require(List<Long> counts, int classes, String name) {
        requireRange(counts, classes, name);
        int[] present = IntStream.range(0, counts.size())
                .filter(label -> counts.get(label) > 0)
                .toArray();
        if (present.length == 1) {
            throw new LockstepException(
                    ExitCode.DATA,
                    name + ": labels contain a single class (" + present[0] + "); a classifier needs at least 2");
        }
    }

    /** The first half of {@link #require(List, int, String)}, for samples that are only evaluated. */
    public static void requireRange(List<Long> counts, int classes, String name) {
        int largest = counts.size() - 1;
        if (largest < classes) {
            return;
        }
        long outside = counts.subList(classes, counts.size()).stream()
                .mapToLong(Long::longValue)
                .sum();
        boolean oneBased = largest == classes && counts.get(0) == 0;
        throw new LockstepException(
                ExitCode.DATA,
                name + ": label " + largest + " ("
                        + (outside == 1 ? "1 sample has a label" : outside + " samples have labels") + " beyond "
                        + (classes - 1) + "); "
                        + classes + " classes need labels 0.." + (classes - 1)
                        + (oneBased
                                ? "; the labels look 1-based: subtract 1 from every label (data.label_offset: 1)"
                                : "; give the last layer " + (largest + 1) + " units, or correct the labels"));
    }
}
