package dev.lockstep.spark;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.train.ParametersHash;
import dev.lockstep.spark.cli.InspectRequest;
import dev.lockstep.spark.cli.PipelineRequest;
import dev.lockstep.spark.cli.PipelineStatusRequest;
import dev.lockstep.spark.cli.RollbackRequest;
import dev.lockstep.spark.cli.VerifyRequest;
import dev.lockstep.spark.data.HadoopFiles;
import dev.lockstep.spark.pipeline.PipelineStart;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three days of a pipeline in local mode: they are caught up by one command, in one Spark session. */
@Tag("spark")
class PipelineTrainingTest {
    private static final String MASTER = "local[2]";

    private final SparkRunCommands commands = new SparkRunCommands();

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    private JsonNode result(String day) throws IOException {
        return new ObjectMapper()
                .readTree(folder.resolve("pipeline/days")
                        .resolve(day)
                        .resolve("result.json")
                        .toFile());
    }

    private static JsonNode hash(JsonNode result) {
        return result.path("training").path("parameters_sha256");
    }

    private String currentHash() {
        return ParametersHash.sha256(TrainedModel.load(folder + "/models/current", HadoopFiles.configuration())
                .parameters());
    }

    @Test
    void aGoodDayABadDayAndAnotherGoodOne() throws IOException {
        String file = PipelineDays.write(folder, 300, "").toString();
        Clock clock = Clock.fixed(Instant.parse(PipelineDays.LAST + "T06:00:00Z"), ZoneOffset.UTC);
        List<String> catchUp = List.of("schedule.start=" + PipelineDays.FIRST, "schedule.catch_up=all");
        try (SparkPipelineEngine engine = new SparkPipelineEngine(MASTER, false)) {
            int code = new PipelineStart(file, catchUp, HadoopFiles.configuration(), line -> {})
                    .run(engine, null, false, clock);
            assertThat(code).as("the worst of the three").isEqualTo(ExitCode.REFUSED.number());
        }

        JsonNode first = result(PipelineDays.FIRST);
        assertThat(first.path("status").asText()).isEqualTo("published");
        JsonNode candidate = first.path("evaluation").path("candidate");
        assertThat(candidate.path("samples").asInt()).isEqualTo(200);

        JsonNode refused = result(PipelineDays.SPOILED);
        assertThat(refused.path("status").asText()).isEqualTo("refused");
        assertThat(refused.path("training").path("base").asText()).isEqualTo(PipelineDays.FIRST);
        assertThat(refused.path("evaluation").path("current"))
                .as("the current model, judged again on the same samples")
                .isEqualTo(candidate);
        assertThat(folder.resolve("models/versions").resolve(PipelineDays.SPOILED))
                .doesNotExist();

        JsonNode last = result(PipelineDays.LAST);
        assertThat(last.path("publication").path("previous").asText())
                .as("what was current after the bad day")
                .isEqualTo(PipelineDays.FIRST);
        assertThat(currentHash())
                .isEqualTo(hash(last).asText())
                .isNotEqualTo(hash(first).asText());
        assertThat(folder.resolve("told.txt")).hasContent(PipelineDays.FIRST + "\n" + PipelineDays.LAST);

        aFinishedDayChangesNothing(file, last);
        otherCommandsFollowCurrent();
        assertThat(commands.rollBack(new RollbackRequest(file, null, List.of())))
                .contains("Rolled back from 2026-01-03 to 2026-01-01");
        assertThat(currentHash()).isEqualTo(hash(first).asText());
        assertThat(commands.pipelineStatus(new PipelineStatusRequest(file, false, List.of())))
                .contains("current:     2026-01-01", "2026-01-02  refused  not published: accuracy is");
    }

    private void aFinishedDayChangesNothing(String file, JsonNode last) throws IOException {
        assertThat(commands.pipeline(new PipelineRequest(file, PipelineDays.LAST, false, MASTER, List.of(), false)))
                .isZero();
        assertThat(result(PipelineDays.LAST)).isEqualTo(last);
    }

    private void otherCommandsFollowCurrent() throws IOException {
        String current = folder + "/models/current";
        assertThat(commands.inspect(new InspectRequest(current, false)))
                .contains("parameters_sha256: " + currentHash());
        assertThat(commands.verify(new VerifyRequest(current, false)).sound()).isTrue();
        assertThat(Files.readAllLines(folder.resolve("models/current"))).hasSize(2);
    }
}
