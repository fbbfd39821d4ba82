package dev.lockstep.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RegroupWatchTest {
    private static final long SECOND = 1_000_000_000;

    private final AtomicLong now = new AtomicLong(5 * SECOND);
    private final RegroupWatch watch = new RegroupWatch(now::get);

    private void seconds(long count) {
        now.addAndGet(count * SECOND);
    }

    @Test
    void aRecoveryLastsFromTheFirstLossToTheFirstStepAfterAllHaveMet() {
        assertThat(watch.met()).isFalse();
        assertThat(watch.completed(1)).isEmpty();
        watch.lost();
        seconds(2);
        watch.lost();
        assertThat(watch.completed(2)).as("told late, of before").isEmpty();
        seconds(3);
        watch.met();
        seconds(1);
        assertThat(watch.completed(3)).hasValue(6);
        assertThat(watch.completed(4)).isEmpty();
    }

    @Test
    void meetingAgainAndAgainWithoutAStepIsNoticed() {
        watch.met();
        watch.completed(40);
        for (int i = 0; i < RegroupWatch.FRUITLESS_MEETINGS; i++) {
            watch.lost();
            assertThat(watch.met()).isFalse();
            watch.completed(i < 5 ? 30 : 40);
            seconds(10);
        }
        watch.lost();
        assertThat(watch.met()).isTrue();

        watch.attemptStarts();
        assertThat(watch.met()).as("another attempt has its own chances").isFalse();
    }

    @Test
    void aNewStepBetweenTwoLossesIsEnough() {
        for (int i = 0; i < 50; i++) {
            watch.lost();
            assertThat(watch.met()).isFalse();
            watch.completed(i);
        }
    }
}
