package dev.lockstep.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import dev.lockstep.spark.cli.ResumePolicy;
import dev.lockstep.spark.cli.TrainRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run with slices, begun by two workers and gone on with by one, through the train command. */
@Tag("spark")
class SlicedRunTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    private int train(String run, String master, String... overrides) {
        return new SparkRunCommands()
                .train(new TrainRequest(
                        directory.resolve("job.yaml").toString(),
                        directory.resolve(run).toString(),
                        master,
                        null,
                        ResumePolicy.AUTO,
                        false,
                        List.of(overrides),
                        false));
    }

    private static void assertRefused(ThrowingCallable command, String message) {
        assertThatThrownBy(command)
                .isInstanceOfSatisfying(LockstepException.class, refused -> assertThat(refused.exitCode())
                        .isEqualTo(ExitCode.USAGE))
                .hasMessageContaining(message);
    }

    @Test
    void anotherNumberOfWorkersAfterAResumeEndsWithTheSameBits() throws IOException {
        Files.writeString(directory.resolve("job.yaml"), TestSpark.digitsYaml() + "determinism: {slices: 4}\n");
        assertThat(train("one", "local[1]", "cluster.workers=1")).isZero();
        assertThat(train("two", "local[2]", "training.epochs=1")).isZero();
        assertRefused(() -> train("two", "local[2]", "determinism.slices=8"), "determinism.slices: was 4, now 8");
        assertThat(train("two", "local[1]", "cluster.workers=1")).isZero();
        TrainedRun one = TrainedRun.at(directory.resolve("one"));
        TrainedRun.at(directory.resolve("two")).assertSameBitsAs(one);

        // Here the master says how many workers there are.
        assertRefused(
                () -> train("three", "local[3]", "cluster={}"),
                "determinism.slices: expected a multiple of the number of workers, 3, found 4; give 2 or 4 workers");
        assertThatCode(() -> new ModelUse(directory.resolve("one").toString(), List.of(), "local[3]", 3))
                .as("any number may use the model")
                .doesNotThrowAnyException();
    }
}
