package dev.lockstep.core.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import org.assertj.core.api.ThrowableAssert;
import org.junit.jupiter.api.Test;

final class ClassLabelsTest {
    @Test
    void acceptsLabelsThatFit() {
        check(3, 0, 2, 1, 0);
        check(5, 0, 2, 1, 0);
    }

    @Test
    void namesTheFirstLabelOutOfRange() {
        assertRefused(
                () -> check(3, 0, 1, 5, 7),
                "train labels: label 5 at sample 2; 3 classes need labels 0..2; give the last layer 8 units, or"
                        + " correct the labels");
        assertRefused(
                () -> check(3, 0, -1, 1),
                "train labels: label -1 at sample 1; 3 classes need labels 0..2; correct the labels");
    }

    @Test
    void recognisesLabelsThatCountFromOne() {
        assertRefused(
                () -> check(3, 1, 2, 3),
                "train labels: label 3 at sample 2; 3 classes need labels 0..2; the labels look 1-based: subtract 1"
                        + " from every label (data.label_offset: 1)");
    }

    @Test
    void refusesASingleClass() {
        assertRefused(
                () -> check(2, 1, 1, 1),
                "train labels: labels contain a single class (1); a classifier needs at least 2");
    }

    @Test
    void countsEveryClassUpToTheLargest() {
        int[] labels = {4, 0, 4, 1};
        assertThat(ClassLabels.counts(4, i -> labels[i], "x")).containsExactly(1L, 1L, 0L, 0L, 2L);
        assertThat(ClassLabels.counts(0, i -> labels[i], "x")).isEmpty();
        assertRefused(
                () -> ClassLabels.counts(1, i -> -2, "x"),
                "x: label -2 at sample 0; classes count from 0 and end below 1048576");
    }

    private static void check(int classes, int... labels) {
        ClassLabels.require(labels.length, i -> labels[i], classes, "train labels");
    }

    private static void assertRefused(ThrowableAssert.ThrowingCallable call, String message) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        LockstepException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.DATA))
                .hasMessage(message);
    }
}
