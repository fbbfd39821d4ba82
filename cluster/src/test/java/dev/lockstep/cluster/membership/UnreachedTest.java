package dev.lockstep.cluster.membership;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class UnreachedTest {
    private final AtomicLong now = new AtomicLong(-7);
    private final Unreached unreached = new Unreached(Duration.ofSeconds(30), now::get);

    private void seconds(long count) {
        now.addAndGet(TimeUnit.SECONDS.toNanos(count));
    }

    @Test
    void nobodyIsPutOutBeforeTheDeadline() {
        unreached.met(10);
        assertThat(unreached.complained(0, 1)).isEqualTo(Unreached.NOBODY);
        seconds(29);
        assertThat(unreached.complained(1, 0)).isEqualTo(Unreached.NOBODY);
        seconds(1);
        assertThat(unreached.complained(0, 1)).isEqualTo(1);
    }

    @Test
    void theOtherOneIsPutOutWhereTheFirstWasInVain() {
        unreached.met(10);
        unreached.complained(2, 1);
        seconds(30);
        assertThat(unreached.complained(2, 1)).isEqualTo(2);
        unreached.lost();
        unreached.met(10);
        assertThat(unreached.complained(3, 1)).as("patience begins anew").isEqualTo(Unreached.NOBODY);
        seconds(30);
        assertThat(unreached.complained(3, 1)).isEqualTo(1);
    }

    @Test
    void aStepOrALossExplainsWhatWasBefore() {
        unreached.met(10);
        unreached.complained(0, 2);
        seconds(40);
        unreached.lost();
        assertThat(unreached.complained(0, 2)).isEqualTo(Unreached.NOBODY);
        seconds(40);
        unreached.met(11);
        assertThat(unreached.complained(0, 2)).isEqualTo(Unreached.NOBODY);
    }
}
