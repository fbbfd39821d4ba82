package dev.lockstep.spark;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lockstep.spark.cli.PipelineRequest;
import dev.lockstep.spark.launch.RunningLockstep;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A driver that is killed half-way of a day's training; the same command finishes the day. */
@Tag("slow")
@Tag("spark")
@Tag("process")
class KilledPipelineTest {
    private static final String MASTER = "local[2]";
    private static final String LONGER =
            "train.set=['data.directory={data}', training.epochs=40, 'checkpoint.every=200 steps']";

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    private static JsonNode result(Path folder) throws IOException {
        return new ObjectMapper()
                .readTree(folder.resolve("pipeline/days")
                        .resolve(PipelineDays.FIRST)
                        .resolve("result.json")
                        .toFile());
    }

    @Test
    void aKilledDayIsFinishedByTheSameCommandWithTheSameBits() throws Exception {
        Path killed = Files.createDirectories(folder.resolve("killed"));
        Path file = PipelineDays.write(killed, 3_000, "");
        List<String> command =
                List.of("pipeline", file.toString(), "--date", PipelineDays.FIRST, "--master", MASTER, "--set", LONGER);
        try (RunningLockstep first = RunningLockstep.start(folder, Map.of(), command)) {
            first.awaitOutput("Checkpoint: step 400\\b", ExampleTraining.DEADLINE);
            first.kill();
            assertThat(first.awaitExit(ExampleTraining.DEADLINE)).isNotZero();
        }
        assertThat(killed.resolve("models/current")).doesNotExist();
        assertThat(killed.resolve("pipeline/days/2026-01-01/result.json")).doesNotExist();
        try (RunningLockstep second = RunningLockstep.start(folder, Map.of(), command)) {
            assertThat(second.awaitExit(ExampleTraining.DEADLINE))
                    .as(second.output())
                    .isZero();
            assertThat(second.output()).containsPattern("Resume: .*step");
        }

        Path undisturbed = Files.createDirectories(folder.resolve("undisturbed"));
        Path other = PipelineDays.write(undisturbed, 3_000, "");
        assertThat(new SparkRunCommands()
                        .pipeline(new PipelineRequest(
                                other.toString(), PipelineDays.FIRST, false, MASTER, List.of(LONGER), false)))
                .isZero();
        assertThat(result(killed).path("training").path("parameters_sha256"))
                .isEqualTo(result(undisturbed).path("training").path("parameters_sha256"));
        assertThat(killed.resolve("told.txt")).hasContent(PipelineDays.FIRST);
        assertThat(Files.readAllLines(killed.resolve("models/current"))).containsExactly("versions/2026-01-01");
    }
}
