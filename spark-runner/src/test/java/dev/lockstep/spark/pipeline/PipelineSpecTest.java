package dev.lockstep.spark.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.core.config.JobFileReference;
import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PipelineSpecTest {
    private static final String YAML =
            """
            name: fashion
            job: job.yaml
            data: {path: '${ROOT}/{yyyy}/{MM}/{dd}', marker: _SUCCESS}
            train:
              set:
                - data.directory={data}
                - 'training.optimizer={adam: {learning_rate: 0.1}}'
            gate:
              - {figure: accuracy, at_least: 0.8, no_worse_by: 0.01}
            """;
    private static final String FENCE = "```yaml pipeline\n";
    private static final Path PAGE = Path.of(System.getProperty("lockstep.root"), "docs", "pipelines.md");
    private static final String COMMAND = "./mvnw -pl spark-runner -am test -Dtest=PipelineSpecTest"
            + " -Dsurefire.failIfNoSpecifiedTests=false -Dlockstep.regenerate=true";

    private static PipelineSpec read(String yaml, String... overrides) {
        return PipelineSpec.read(yaml, "pipeline.yaml", List.of(overrides), Map.of("ROOT", "hdfs://host:8020/data"));
    }

    private static void refused(String yaml, String... parts) {
        assertThatThrownBy(() -> read(yaml))
                .isInstanceOfSatisfying(LockstepException.class, refused -> assertThat(refused.exitCode())
                        .isEqualTo(ExitCode.USAGE))
                .hasMessageContainingAll(parts);
    }

    @Test
    void everythingElseHasADefault() {
        PipelineSpec spec = read(YAML);
        assertThat(spec.directoryLocation()).isEqualTo("pipelines/fashion");
        assertThat(spec.modelsLocation()).isEqualTo("models/fashion");
        assertThat(spec.schedule().catchUp()).isEqualTo(CatchUp.LATEST);
        assertThat(spec.train().start()).isEqualTo(StartFrom.FRESH);
        assertThat(spec.keep()).isEqualTo(new KeepSpec(5, 7, 30));
        assertThat(read(YAML, "data.wait_minutes=0", "train.start=current")
                        .data()
                        .waitMinutes())
                .isZero();
    }

    @Test
    void theDayIsPutIntoPathAndKeys() {
        DayJob job = new DayJob(read(YAML), LocalDate.of(2026, 1, 9), "models/it's/versions/a");
        assertThat(job.data()).isEqualTo("hdfs://host:8020/data/2026/01/09");
        assertThat(job.training().overrides())
                .containsExactly(
                        "data.directory=hdfs://host:8020/data/2026/01/09",
                        "training.optimizer={adam: {learning_rate: 0.1}}",
                        "model.initial_weights='models/it''s/versions/a'");
        assertThat(job.evaluation().overrides()).hasSize(2);
    }

    @Test
    void mistakesAreToldWithTheirLines() {
        refused(
                YAML.replace("marker", "markr").replace("at_least", "atleast"),
                "pipeline.yaml:3: data.markr: expected one of the keys",
                "did you mean \"marker\"?",
                "pipeline.yaml:9: gate.0.atleast",
                "did you mean \"at_least\"?");
        refused(YAML.replace("{dd}", "{day}"), "data.path: expected placeholders out of {date}", "found {day}");
        refused(YAML.replace("/{yyyy}/{MM}/{dd}", ""), "data.path: expected a path with the day in it");
        refused(YAML.replace("/{MM}/{dd}", ""), "data.path: expected a path with the day in it");
        refused(YAML.substring(0, YAML.indexOf("gate:")), "gate: expected a list", "it is required");
        refused(
                YAML + "schedule: {start: 2026-02-30, time_zone: Mars/Base, catch_up: some}",
                "schedule.start: expected a day such as 2026-01-01, found 2026-02-30",
                "schedule.time_zone",
                "schedule.catch_up: expected one of all, latest, none");
        refused(YAML + "keep: {versions: 1}", "keep.versions: expected 2 or more");
        refused(YAML.replace("${ROOT}", "${NOWHERE}"), "expected the variable NOWHERE to be set");
    }

    @Test
    void thePageHasTheKeysThatTheRecordsSay() throws IOException {
        String keys = JobFileReference.keys(PipelineSpec.class);
        String page = Files.readString(PAGE);
        int start = page.indexOf("## All keys\n");
        int end = page.indexOf("<!-- end of the keys -->");
        assertThat(start).isPositive();
        assertThat(end).isGreaterThan(start);
        if (Boolean.getBoolean("lockstep.regenerate")) {
            page = page.substring(0, start) + keys + "\n" + page.substring(end);
            Files.writeString(PAGE, page);
            end = page.indexOf("<!-- end of the keys -->");
        }
        assertThat(page.substring(start, end).strip())
                .as("docs/pipelines.md differs from what the records say; regenerate it: %s", COMMAND)
                .isEqualTo(keys.strip());
    }

    @Test
    void theExampleAndThePagesFilesAreRead() throws IOException {
        Map<String, String> variables = Map.of("LOCKSTEP_DATA", "/data", "HDFS", "hdfs://host:8020");
        Path example = Path.of(System.getProperty("lockstep.root"), "examples", "pipeline-fashion-mnist.yaml");
        assertThat(PipelineSpec.read(Files.readString(example), example.toString(), List.of(), variables)
                        .name())
                .isEqualTo("fashion-mnist");
        String page = Files.readString(PAGE);
        int start = page.indexOf(FENCE) + FENCE.length();
        String inPage = page.substring(start, page.indexOf("```\n", start));
        assertThat(PipelineSpec.read(inPage, PAGE.toString(), List.of(), variables)
                        .gate())
                .isNotEmpty();
    }
}
