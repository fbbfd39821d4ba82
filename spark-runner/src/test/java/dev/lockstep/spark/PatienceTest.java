package dev.lockstep.spark;

import static dev.lockstep.spark.Patience.Verdict.CANCEL;
import static dev.lockstep.spark.Patience.Verdict.END_INCOMPLETE;
import static dev.lockstep.spark.Patience.Verdict.END_STOPPED;
import static dev.lockstep.spark.Patience.Verdict.WAIT;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PatienceTest {
    private final Patience patience = new Patience(120);

    @Test
    void workersThatAreThereAreWaitedForHoweverLongAStopTakes() {
        assertThat(patience.verdict(0, -1, -1, true)).isEqualTo(WAIT);
        assertThat(patience.verdict(0, 100, -1, true)).isEqualTo(WAIT);
    }

    @Test
    void theCoordinatorsOwnDeadlineComesFirst() {
        assertThat(patience.verdict(121, -1, -1, true)).isEqualTo(WAIT);
        assertThat(patience.verdict(140, -1, -1, true)).isEqualTo(END_INCOMPLETE);
    }

    /** A stop waits for workers that are just meeting, but not as long as they may take: the grace period is short. */
    @Test
    void aStopDoesNotWaitForWorkersThatMayNeverCome() {
        assertThat(patience.verdict(3, 2, -1, true)).isEqualTo(WAIT);
        assertThat(patience.verdict(30, 7, -1, true)).isEqualTo(END_STOPPED);
        assertThat(patience.verdict(0.1, 7, -1, false)).isEqualTo(END_STOPPED);
    }

    @Test
    void whoeverDoesNotEndIsEnded() {
        assertThat(patience.verdict(30, 10, 3, true))
                .as("writes its checkpoint")
                .isEqualTo(WAIT);
        assertThat(patience.verdict(30, 30, 16, true)).isEqualTo(CANCEL);
        assertThat(patience.verdict(30, 10, 1, false))
                .as("reports are on the way")
                .isEqualTo(WAIT);
        assertThat(patience.verdict(30, 10, 3, false)).as("nobody is there").isEqualTo(CANCEL);
    }
}
