package dev.lockstep.spark;

import static dev.lockstep.spark.ExampleTraining.DEADLINE;
import static dev.lockstep.spark.ExampleTraining.SEPARATE_EXECUTORS;
import static dev.lockstep.spark.ExampleTraining.command;
import static dev.lockstep.spark.ExampleTraining.result;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lockstep.core.fault.Fault;
import dev.lockstep.core.fault.FaultSchedule;
import dev.lockstep.core.fault.Moment;
import dev.lockstep.core.fault.Phase;
import dev.lockstep.spark.chaos.InjectedFaults;
import dev.lockstep.spark.launch.RunningLockstep;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An executor really runs out of memory, in the middle of the training, and is really ended for it. */
@Tag("spark")
@Tag("slow")
class ExhaustedMemoryIT {
    private static final int EPOCHS = 30;
    private static final int STEP = 600;
    private static final String[] JOB = {
        "data.train_samples=6000", "data.test_samples=1000", "training.epochs=" + EPOCHS, "checkpoint.every=40 steps"
    };

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    private RunningLockstep started(Path run, boolean outsideTheHeap, String executorOptions) throws IOException {
        Fault fill = new Fault.FillMemory(1, new Moment(STEP, Phase.EXCHANGE, 0), outsideTheHeap);
        List<String> overrides = new ArrayList<>(List.of(JOB));
        if (!executorOptions.isEmpty()) {
            overrides.add("cluster.spark={spark.executor.extraJavaOptions: '" + executorOptions + "'}");
        }
        return RunningLockstep.start(
                directory,
                Map.of(InjectedFaults.VARIABLE, new FaultSchedule(1, 1, List.of(fill)).toJson()),
                command("digits.yaml", run.toString(), SEPARATE_EXECUTORS, overrides.toArray(String[]::new)));
    }

    private void assertSameBits(Path run, int restarts) throws IOException {
        Path undisturbed = directory.resolve("undisturbed");
        JsonNode expected = ExampleTraining.inThisProcess("digits.yaml", undisturbed, JOB);
        JsonNode actual = result(run);
        assertThat(actual.path("status").asText()).isEqualTo("completed");
        assertThat(actual.path("restarts").asInt()).isEqualTo(restarts);
        assertThat(actual.path("parameters_sha256")).isEqualTo(expected.path("parameters_sha256"));
    }

    /** What the cluster said of the executor, and what to do about it. */
    private JsonNode loss(RunningLockstep training, Path run) throws IOException, InterruptedException {
        assertThat(training.awaitExit(DEADLINE)).as(training.output()).isZero();
        List<JsonNode> losses = new RunEvents(run).of("executor_lost");
        assertThat(losses).as(training.output()).hasSize(1);
        System.out.println(losses.get(0));
        return losses.get(0);
    }

    @Test
    void anExecutorKilledForItsFullHeapIsReplaced() throws Exception {
        Path run = directory.resolve("killed");
        // As clusters do it that let no process live on without memory.
        try (RunningLockstep training = started(run, false, "-XX:OnOutOfMemoryError=\"kill -9 %p\"")) {
            JsonNode loss = loss(training, run);
            assertThat(loss.path("exit_code").asInt()).isEqualTo(137);
            assertThat(loss.path("advice").asText())
                    .contains("memory", "1024 (spark.executor.memory)", "raise spark.executor.memoryOverhead to 768m");
        }
        assertSameBits(run, 0);
    }
}
