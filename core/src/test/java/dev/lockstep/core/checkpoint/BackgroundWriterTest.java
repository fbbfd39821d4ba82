package dev.lockstep.core.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class BackgroundWriterTest {
    private static final Duration DEADLINE = Duration.ofSeconds(30);
    private static final Duration IMPATIENT = Duration.ofMillis(20);

    private final List<Long> written = new CopyOnWriteArrayList<>();

    private static Checkpoint checkpoint(long step) {
        return new Checkpoint(step, JsonNodeFactory.instance.objectNode(), new TreeMap<>());
    }

    /** A write that hangs holds up nobody for longer than a little; of those that wait the newest is written. */
    @Test
    void trainingGoesOnWhileAWriteHangs() throws InterruptedException {
        CountDownLatch released = new CountDownLatch(1);
        CountDownLatch begun = new CountDownLatch(1);
        BackgroundWriter.Attempt hangs = (checkpoint, attempt, retryIn) -> {
            begun.countDown();
            await(released);
            written.add(checkpoint.step());
            return null;
        };
        try (BackgroundWriter writer = new BackgroundWriter(hangs, RetryPolicy.DEFAULT, "memory", IMPATIENT)) {
            writer.submit(checkpoint(1));
            assertThat(begun.await(DEADLINE.toSeconds(), TimeUnit.SECONDS)).isTrue();
            for (long step = 2; step <= 50; step++) {
                writer.submit(checkpoint(step));
            }
            assertThat(written).isEmpty();
            assertThat(writer.isIdleWithin(Duration.ofMillis(1))).isFalse();
            released.countDown();
            writer.awaitIdle(DEADLINE);
            assertThat(writer.isIdleWithin(Duration.ZERO)).isTrue();
        } finally {
            released.countDown();
        }
        assertThat(written).containsExactly(1L, 50L);
    }

    /** The loss window counts from the beginning of the first attempt that failed. */
    @Test
    void noAttemptFollowsThatWouldComeAfterTheLossWindow() {
        RetryPolicy policy = new RetryPolicy(Duration.ofMillis(5), Duration.ofMillis(5), Duration.ofMillis(40), 1);
        List<@Nullable Duration> delays = new CopyOnWriteArrayList<>();
        BackgroundWriter.Attempt fails = (checkpoint, attempt, retryIn) -> {
            Duration delay = retryIn.afterFailure();
            delays.add(delay == null ? Duration.ZERO : delay);
            return new IOException("injected");
        };
        try (BackgroundWriter writer = new BackgroundWriter(fails, policy, "memory", IMPATIENT)) {
            writer.submit(checkpoint(1));
            assertThatThrownBy(() -> writer.awaitIdle(DEADLINE))
                    .isInstanceOfSatisfying(LockstepException.class, e -> assertThat(e.exitCode())
                            .isEqualTo(ExitCode.CLUSTER))
                    .hasMessageContaining("cannot write the checkpoint of step 1 to memory")
                    .hasMessageContaining("the same command resumes");
            assertThatThrownBy(() -> writer.isIdleWithin(Duration.ZERO)).hasMessageContaining("step 1");
        }
        assertThat(delays).hasSizeBetween(1, 8).endsWith(Duration.ZERO);
    }

    @Test
    void withoutALossWindowTheFirstFailureIsTheLast() {
        RetryPolicy none = new RetryPolicy(Duration.ofMillis(1), Duration.ofMillis(1), Duration.ZERO, 1);
        BackgroundWriter.Attempt fails = (checkpoint, attempt, retryIn) -> {
            assertThat(attempt).isEqualTo(1);
            assertThat(retryIn.afterFailure()).isNull();
            return new IOException("injected");
        };
        try (BackgroundWriter writer = new BackgroundWriter(fails, none, "memory", IMPATIENT)) {
            writer.submit(checkpoint(1));
            assertThatThrownBy(() -> writer.awaitIdle(DEADLINE)).hasMessageContaining("step 1");
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(DEADLINE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
