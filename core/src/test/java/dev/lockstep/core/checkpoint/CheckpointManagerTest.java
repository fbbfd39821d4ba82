package dev.lockstep.core.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.lockstep.core.checkpoint.CheckpointEvent.Failed;
import dev.lockstep.core.checkpoint.CheckpointEvent.Written;
import dev.lockstep.core.checkpoint.FaultyCheckpointStorage.Fault;
import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class CheckpointManagerTest {
    private static final Duration DEADLINE = Duration.ofSeconds(30);
    private static final RetryPolicy QUICK =
            new RetryPolicy(Duration.ofMillis(1), Duration.ofMillis(4), Duration.ofSeconds(20), 3);

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    private final List<CheckpointEvent> events = new CopyOnWriteArrayList<>();

    @Test
    void isDueByStepsEvenWhenNotEveryStepAsks() {
        CheckpointManager manager = manager("100 steps");
        List<Long> due = new ArrayList<>();
        for (long step = 16; step <= 400; step += 16) {
            if (manager.due(step, 0, false, 0)) {
                due.add(step);
            }
        }
        assertThat(due).containsExactly(112L, 208L, 304L, 400L);
    }

    @Test
    void isDueByEpochs() {
        CheckpointManager manager = manager("2 epochs");
        assertThat(manager.due(10, 0, true, 0)).isFalse();
        assertThat(manager.due(15, 1, false, 0)).isFalse();
        assertThat(manager.due(20, 1, true, 0)).isTrue();
        assertThat(manager.due(30, 2, true, 0)).isFalse();
        assertThat(manager.due(40, 3, true, 0)).isTrue();
    }

    @Test
    void isDueBySecondsSinceTheLastOne() {
        CheckpointManager manager = manager("60 seconds");
        long second = TimeUnit.SECONDS.toNanos(1);
        long start = Long.MAX_VALUE - second;
        assertThat(manager.due(1, 0, false, start)).isFalse();
        assertThat(manager.due(2, 0, false, start + 59 * second)).isFalse();
        assertThat(manager.due(3, 0, false, start + 61 * second)).isTrue();
        assertThat(manager.due(4, 0, true, start + 120 * second)).isFalse();
        assertThat(manager.due(5, 0, false, start + 121 * second)).isTrue();
    }

    @Test
    void intervalsOfStepsCountOnFromAResumedCheckpoint() {
        manager("100 steps").writeNow(checkpoint(250));
        CheckpointManager resumed = manager("100 steps");
        assertThat(resumed.latest().orElseThrow().step()).isEqualTo(250);
        assertThat(resumed.due(251, 0, false, 0)).isFalse();
        assertThat(resumed.due(300, 0, false, 0)).isTrue();
    }

    @Test
    void writesInTheBackgroundAndPrunesButNotTheProtected() throws Exception {
        try (CheckpointManager manager = manager("1 step")) {
            assertThat(manager.latest()).isEmpty();
            manager.protectSteps(Set.of(2L));
            for (long step = 1; step <= 6; step++) {
                manager.writeInBackground(checkpoint(step));
            }
            manager.awaitIdle(DEADLINE);
            assertThat(manager.latest().orElseThrow().tensor("parameters")).containsExactly(6);
        }
        assertThat(new LocalCheckpointStorage(directory).list())
                .containsExactly("step-000000000002", "step-000000000005", "step-000000000006");
        assertThat(events).hasSize(6).allSatisfy(event -> {
            Written written = (Written) event;
            assertThat(written.directory()).isEqualTo(directory + "/" + CheckpointFormat.directoryName(written.step()));
            assertThat(written.seconds()).isPositive();
            assertThat(written.bytes()).isGreaterThan(4);
        });
    }

    @Test
    void aPassingOutageCostsNothingButEvents() {
        FaultyCheckpointStorage storage = storage(new Fault.Outage(3));
        try (CheckpointManager manager = manager(storage, QUICK, () -> 1)) {
            manager.writeInBackground(checkpoint(1));
            manager.awaitIdle(DEADLINE);
            assertThat(manager.latest().orElseThrow().step()).isEqualTo(1);
        }
        assertThat(events).hasSize(4);
        assertThat(events.subList(0, 3)).allSatisfy(event -> {
            assertThat(((Failed) event).reason()).contains("injected: outage");
            assertThat(((Failed) event).retryInSeconds()).isNotNull();
        });
        assertThat(events.get(3)).isInstanceOf(Written.class);
    }

    @Test
    void trainingGoesOnDuringAnOutageAndTheNewestCheckpointIsWrittenAfterIt() {
        FaultyCheckpointStorage storage = storage(new Fault.Outage(1));
        RetryPolicy slow = new RetryPolicy(Duration.ofSeconds(2), Duration.ofSeconds(2), Duration.ofMinutes(1), 1);
        try (CheckpointManager manager = manager(storage, slow, () -> 1)) {
            manager.writeInBackground(checkpoint(1));
            manager.writeInBackground(checkpoint(2));
            manager.writeInBackground(checkpoint(3));
            manager.awaitIdle(DEADLINE);
            assertThat(manager.latest().orElseThrow().step()).isEqualTo(3);
        }
        assertThat(events)
                .filteredOn(Written.class::isInstance)
                .extracting(CheckpointEvent::step)
                .doesNotContain(1L);
    }

    @Test
    void anOutageBeyondTheLossWindowStopsTheTraining() {
        FaultyCheckpointStorage storage = storage(new Fault.Outage(Integer.MAX_VALUE));
        RetryPolicy brief = new RetryPolicy(Duration.ofMillis(1), Duration.ofMillis(4), Duration.ofMillis(50), 2);
        try (CheckpointManager manager = manager(storage, brief, () -> 1)) {
            manager.writeInBackground(checkpoint(1));
            assertThatThrownBy(() -> manager.awaitIdle(DEADLINE))
                    .isInstanceOfSatisfying(LockstepException.class, e -> assertThat(e.exitCode())
                            .isEqualTo(ExitCode.CLUSTER))
                    .hasMessageContaining("cannot write the checkpoint of step 1 to " + directory)
                    .hasMessageContaining("injected: outage");
            assertThatThrownBy(() -> manager.writeInBackground(checkpoint(2))).isInstanceOf(LockstepException.class);
            events.clear();
            assertThatThrownBy(() -> manager.writeNow(checkpoint(3))).hasMessageContaining("step 3");
            assertThat(events).hasSize(2).last().isInstanceOfSatisfying(Failed.class, last -> assertThat(
                            last.retryInSeconds())
                    .isNull());
        }
    }

    @Test
    void aSynchronousWriteThatSucceedsForgivesTheBackground() {
        FaultyCheckpointStorage storage = storage(new Fault.Outage(1));
        RetryPolicy none = new RetryPolicy(Duration.ofMinutes(5), Duration.ofMinutes(5), Duration.ofMinutes(9), 1);
        CountDownLatch failed = new CountDownLatch(1);
        CheckpointManager manager = new CheckpointManager(
                storage,
                CheckpointInterval.parse("1 step"),
                2,
                () -> 1,
                "run",
                event -> {
                    events.add(event);
                    failed.countDown();
                },
                none);
        try (manager) {
            manager.writeInBackground(checkpoint(1));
            assertThat(awaitQuietly(failed)).isTrue();
            manager.writeNow(checkpoint(2));
            manager.awaitIdle(DEADLINE);
            assertThat(manager.latest().orElseThrow().step()).isEqualTo(2);
        }
        assertThat(events).extracting(CheckpointEvent::step).containsExactly(1L, 2L);
    }

    @Test
    void aLostLeaseIsNeverRetried() {
        AtomicInteger asked = new AtomicInteger();
        LongSupplier lost = () -> {
            asked.incrementAndGet();
            throw new LockstepException(ExitCode.CLUSTER, "lease lost to host b");
        };
        try (CheckpointManager manager = manager(storage(null), QUICK, lost)) {
            manager.writeInBackground(checkpoint(1));
            assertThatThrownBy(() -> manager.awaitIdle(DEADLINE)).hasMessage("lease lost to host b");
            assertThatThrownBy(() -> manager.writeInBackground(checkpoint(2))).hasMessage("lease lost to host b");
        }
        assertThat(asked).hasValue(1);
        assertThat(events).singleElement().isInstanceOf(Failed.class);
    }

    @Test
    void aLeaseThatCannotBeConfirmedForAWhileIsAskedAgain() {
        AtomicInteger asked = new AtomicInteger();
        LongSupplier uncertain = () -> {
            if (asked.incrementAndGet() == 1) {
                throw new UncheckedIOException(new IOException("no answer about the lease"));
            }
            return 1;
        };
        try (CheckpointManager manager = manager(storage(null), QUICK, uncertain)) {
            manager.writeInBackground(checkpoint(1));
            manager.awaitIdle(DEADLINE);
        }
        assertThat(events).hasSize(2);
        assertThat(((Failed) events.get(0)).reason()).contains("no answer about the lease");
        assertThat(events.get(1)).isInstanceOf(Written.class);
    }

    @Test
    void waitingHasADeadlineThatSaysWhere() {
        FaultyCheckpointStorage storage = storage(new Fault.Outage(1));
        RetryPolicy slow = new RetryPolicy(Duration.ofMinutes(5), Duration.ofMinutes(5), Duration.ofMinutes(9), 1);
        try (CheckpointManager manager = manager(storage, slow, () -> 1)) {
            manager.writeInBackground(checkpoint(1));
            assertThatThrownBy(() -> manager.awaitIdle(Duration.ofMillis(30)))
                    .hasMessageContaining(directory.toString())
                    .hasMessageContaining("has not ended within");
        }
        // Closing gave it a last attempt.
        assertThat(events).last().isInstanceOf(Written.class);
    }

    private static boolean awaitQuietly(CountDownLatch latch) {
        try {
            return latch.await(DEADLINE.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private FaultyCheckpointStorage storage(@Nullable Fault fault) {
        return new FaultyCheckpointStorage(new LocalCheckpointStorage(directory), fault);
    }

    private CheckpointManager manager(String interval) {
        return new CheckpointManager(
                new LocalCheckpointStorage(directory),
                CheckpointInterval.parse(interval),
                2,
                () -> 1,
                "run",
                events::add,
                QUICK);
    }

    private CheckpointManager manager(CheckpointStorage storage, RetryPolicy retries, LongSupplier fencing) {
        return new CheckpointManager(
                storage, CheckpointInterval.parse("1 step"), 2, fencing, "run", events::add, retries);
    }

    private static Checkpoint checkpoint(long step) {
        TreeMap<String, float[]> tensors = new TreeMap<>();
        tensors.put("parameters", new float[] {step});
        return new Checkpoint(step, JsonNodeFactory.instance.objectNode().put("seed", 42), tensors);
    }
}
