package dev.lockstep.core.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.core.checkpoint.CheckpointEvent;
import dev.lockstep.core.checkpoint.CheckpointStorage;
import dev.lockstep.core.checkpoint.FaultyCheckpointStorage;
import dev.lockstep.core.checkpoint.FaultyCheckpointStorage.Fault;
import dev.lockstep.core.checkpoint.InMemoryCheckpointStorage;
import dev.lockstep.core.checkpoint.LocalCheckpointStorage;
import dev.lockstep.core.config.JobConfig;
import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever the storage of checkpoints does to a training: the run that goes on ends with the same parameters. */
class StorageDeathTest {
    private static final long SEED = 40_417;
    /** Four checkpoints and an end; two are kept, so that every phase of a write happens. */
    private static final String[] EVERY_PHASE = {
        "checkpoint.every=10 steps",
        "checkpoint.keep=2",
        "checkpoint.retry_seconds=0",
        "training.optimizer={sgd: {learning_rate: 0.05, momentum: 0.9}}"
    };

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    private int nextDirectory;

    private InProcessTraining training(JobConfig job, Path checkpoints) {
        return new InProcessTraining(job, TestJobs.data(SEED, 292, 61), 2, checkpoints);
    }

    private InProcessTraining training(CheckpointStorage storage) {
        return training(TestJobs.classifier(EVERY_PHASE), directory.resolve("unused"))
                .storingIn(unused -> storage);
    }

    private CheckpointStorage local() {
        return new LocalCheckpointStorage(directory.resolve("storage-" + nextDirectory++));
    }

    /** From the moment a checkpoint is published, with its clean-up, through the whole of the next one. */
    @TestFactory
    Stream<DynamicTest> aDeathAtEveryOperationOfAWriteCostsNothing() {
        FaultyCheckpointStorage faultless = new FaultyCheckpointStorage(new InMemoryCheckpointStorage(), null);
        String undisturbed = training(faultless).run().outcome().parametersSha256();
        List<String> calls = faultless.calls();
        int first = calls.indexOf("publish step-000000000030") + 2;
        int last = calls.indexOf("publish step-000000000040") + 3;
        assertThat(calls.subList(first - 1, last))
                .contains("create parameters.f32", "close optimizer.f32", "close manifest.json")
                .anyMatch(call -> call.startsWith("publish _deleted-"))
                .anyMatch(call -> call.startsWith("delete _deleted-"));
        return IntStream.rangeClosed(first, last).boxed().flatMap(call -> {
            String name = call + ", " + calls.get(call - 1).replaceFirst("-[0-9a-f]{16}$", "");
            return Stream.of(
                    DynamicTest.dynamicTest(
                            "local, before " + name,
                            () -> resumesTheSame(undisturbed, local(), new Fault.Crash(call, false))),
                    DynamicTest.dynamicTest(
                            "memory, before " + name,
                            () -> resumesTheSame(
                                    undisturbed, new InMemoryCheckpointStorage(), new Fault.Crash(call, false))),
                    DynamicTest.dynamicTest(
                            "memory, after " + name,
                            () -> resumesTheSame(
                                    undisturbed, new InMemoryCheckpointStorage(), new Fault.Crash(call, true))));
        });
    }

    private void resumesTheSame(@Nullable String undisturbed, CheckpointStorage storage, Fault fault)
            throws IOException {
        FaultyCheckpointStorage dying = new FaultyCheckpointStorage(storage, fault);
        assertThatThrownBy(() -> training(dying).run())
                .isInstanceOfSatisfying(
                        LockstepException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.CLUSTER))
                .hasMessageContaining("injected");

        InProcessTraining resumed = training(storage);
        InProcessTraining.Result result = resumed.run();

        assertThat(result.events()).anyMatch(event -> event.contains("\"resume\""));
        assertThat(result.outcome().parametersSha256()).isEqualTo(undisturbed);
        assertThat(resumed.checkpointEvents()).noneMatch(CheckpointEvent.Damaged.class::isInstance);
        assertThat(storage.list()).containsExactly("step-000000000040", "step-000000000050");
    }

    @ParameterizedTest
    @ValueSource(strings = {"parameters.f32", "optimizer.f32", "state.json", "manifest.json"})
    void aBitFlippedInTheNewestCheckpointCostsItsStepsAndNoMore(String file) throws IOException {
        JobConfig job = TestJobs.classifier(EVERY_PHASE);
        String undisturbed =
                training(job, directory.resolve("undisturbed")).run().outcome().parametersSha256();
        Path run = directory.resolve("run");
        training(job, run).stoppingAt(35).run();
        Path newest = run.resolve("step-000000000035").resolve(file);
        byte[] bytes = Files.readAllBytes(newest);
        bytes[bytes.length / 2] ^= 2;
        Files.write(newest, bytes);

        InProcessTraining resumed = training(job, run);
        InProcessTraining.Result result = resumed.run();

        assertThat(result.outcome().parametersSha256()).isEqualTo(undisturbed);
        assertThat(result.events()).anyMatch(event -> event.contains("\"resume\"") && event.contains("\"step\":30"));
        assertThat(resumed.checkpointEvents())
                .filteredOn(CheckpointEvent.Damaged.class::isInstance)
                .singleElement()
                .satisfies(event -> {
                    assertThat(event.step()).isEqualTo(35);
                    assertThat(((CheckpointEvent.Damaged) event).reason()).contains(file, "expected", "found");
                });
    }

    @Test
    void onlyDamagedCheckpointsAreAClearError() throws IOException {
        JobConfig job = TestJobs.classifier(EVERY_PHASE);
        Path run = directory.resolve("run");
        training(job, run).stoppingAt(15).run();
        Files.delete(run.resolve("step-000000000010/manifest.json"));
        Files.write(run.resolve("step-000000000015/parameters.f32"), new byte[7]);

        assertThatThrownBy(() -> training(job, run).run())
                .isInstanceOfSatisfying(
                        LockstepException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.MODEL))
                .hasMessageContainingAll(
                        "no checkpoint in " + run + " can be read",
                        "step-000000000010, file manifest.json",
                        "step-000000000015, file parameters.f32: expected 1104 bytes, found 7 bytes",
                        "--fresh");
    }

    /** The other ranks wait for rank 0's write in small bites, none of which is as long as what counts as stuck. */
    @Test
    void nobodyIsGivenUpWhileTheLastCheckpointWaitsForItsStorage() {
        JobConfig job = TestJobs.classifier("checkpoint.every=1000 epochs", "training.epochs=1");
        Duration stall = Duration.ofMillis(1500);
        AtomicReference<FaultyCheckpointStorage> faulty = new AtomicReference<>();
        InProcessTraining training = training(job, directory.resolve("outage"))
                .givingUpAfter(stall)
                .storingIn(storage -> faulty.updateAndGet(
                        known -> known == null ? new FaultyCheckpointStorage(storage, new Fault.Outage(2)) : known));

        InProcessTraining.Result result = training.run();

        // The third attempt is three seconds after the first: longer than the deadline.
        assertThat(result.rejoins()).isZero();
        assertThat(result.outcome().step()).isEqualTo(10);
        List<CheckpointEvent> events = new ArrayList<>(training.checkpointEvents());
        assertThat(events).hasSize(3);
        assertThat(events.get(0))
                .isInstanceOfSatisfying(CheckpointEvent.Failed.class, failed -> assertThat(failed.retryInSeconds())
                        .isEqualTo(1.0));
        assertThat(events.get(2)).isInstanceOf(CheckpointEvent.Written.class);
    }
}
