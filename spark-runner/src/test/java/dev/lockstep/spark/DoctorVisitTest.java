package dev.lockstep.spark;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lockstep.spark.cli.DoctorAnswer;
import dev.lockstep.spark.cli.DoctorRequest;
import dev.lockstep.spark.cli.LockstepCommand;
import dev.lockstep.spark.doctor.Sessions;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaSparkContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The doctor on this machine, on executors of their own, and where nobody answers. */
@Tag("spark")
@Tag("process")
class DoctorVisitTest {
    /** Nobody listens on the first port. */
    private static final String NOBODY = "127.0.0.1:1";

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    private DoctorRequest request(@Nullable String master, @Nullable String runDirectory, String... overrides)
            throws IOException {
        Path job = Files.writeString(folder.resolve("job.yaml"), TestSpark.digitsYaml());
        return new DoctorRequest(
                job.toString(),
                runDirectory == null ? folder.resolve("run").toString() : runDirectory,
                master,
                null,
                List.of(overrides),
                true,
                false);
    }

    private static JsonNode json(DoctorAnswer answer) throws IOException {
        return new ObjectMapper().readTree(answer.text());
    }

    private static List<String> of(String level, JsonNode diagnosis) {
        List<String> found = new ArrayList<>();
        diagnosis.path("findings").forEach(finding -> {
            if (finding.path("level").asText().equals(level)) {
                found.add(finding.path("about").asText());
            }
        });
        return found;
    }

    private static String found(String about, JsonNode diagnosis) {
        for (JsonNode finding : diagnosis.path("findings")) {
            if (finding.path("about").asText().equals(about)) {
                return finding.path("found").asText() + " -> "
                        + finding.path("fix").asText();
            }
        }
        return "";
    }

    @Test
    void aJobThatCouldStartHasNoProblemAndNothingIsLeftBehind() throws IOException {
        JsonNode diagnosis = json(new SparkRunCommands().doctor(request("local[2]", null)));

        assertThat(of("problem", diagnosis)).as("%s", diagnosis).isEmpty();
        assertThat(of("ok", diagnosis))
                .contains("java", "spark", "hadoop", "slots", "data", "run directory", "executors");
        assertThat(found("data", diagnosis))
                .contains("600 samples of shape (28, 28); the model takes them, has 7,850 parameters and gives (10)");
        assertThat(found("memory", diagnosis)).contains("2 workers in this process may need");
        assertThat(diagnosis.path("exit_code").asInt()).isZero();
        try (Stream<Path> left = Files.list(folder)) {
            assertThat(left).containsExactly(folder.resolve("job.yaml"));
        }
    }

    @Test
    @Timeout(60)
    void whereNobodyAnswersItSaysSoAndGoesOn() throws IOException {
        JsonNode diagnosis = json(new SparkRunCommands()
                .doctor(request("spark://" + NOBODY, "hdfs://" + NOBODY + "/runs/a", "cluster.workers=2")));

        assertThat(of("problem", diagnosis)).containsExactly("run directory", "master's port");
        assertThat(found("run directory", diagnosis)).contains("see that the file system is up");
        assertThat(found("master's port", diagnosis)).contains(NOBODY).contains("start the master");
        assertThat(found("executors", diagnosis)).startsWith("not looked at: the master does not answer");
        assertThat(diagnosis.path("exit_code").asInt()).isEqualTo(5);
    }

    @Test
    void aJobThatCannotBeReadOrHasNoDataIsAProblemOfItsKind() throws IOException {
        JsonNode unread = json(new SparkRunCommands().doctor(request("local[1]", null, "training.batch_size=0")));
        assertThat(found("job", unread)).contains("training.batch_size: expected a whole number above 0");
        assertThat(unread.path("exit_code").asInt()).isEqualTo(2);

        JsonNode missing = json(new SparkRunCommands()
                .doctor(request("local[2]", null, "data={format: idx, directory: " + folder.resolve("nowhere") + "}")));
        assertThat(of("problem", missing)).containsExactly("data", "memory");
        assertThat(missing.path("exit_code").asInt()).isEqualTo(3);
    }

    @Test
    void executorsTellWhatTheyFindAndMeet() throws IOException {
        try (JavaSparkContext spark = TestSpark.start("local-cluster[2,1,1024]")) {
            JsonNode diagnosis =
                    json(new DoctorVisit(request("local-cluster[2,1,1024]", null), Sessions.shared(spark)).answer());

            assertThat(of("problem", diagnosis)).as("%s", diagnosis).isEmpty();
            assertThat(of("warning", diagnosis)).contains("authentication", "encryption");
            assertThat(found("executors", diagnosis)).startsWith("2 tasks on 2 executors on 1 host, heap of");
            assertThat(found("driver's ports", diagnosis)).startsWith("all executors reach the driver");
            assertThat(found("peers' ports", diagnosis)).startsWith("2 tasks met and added up a number");
            assertThat(found("clocks", diagnosis)).contains(" s apart: ");
            assertThat(found("memory", diagnosis)).contains("an executor with 1 worker may need");
        }
    }

    @Test
    void trainRefusesWhatCannotFitBeforeItBegins() throws IOException {
        Path job = Files.writeString(folder.resolve("job.yaml"), TestSpark.digitsYaml());
        StringWriter errors = new StringWriter();
        int exitCode = LockstepCommand.execute(
                SparkRunCommands::new,
                new PrintWriter(new StringWriter(), true),
                new PrintWriter(errors, true),
                "train",
                job.toString(),
                "--run-dir",
                folder.resolve("run").toString(),
                "--set",
                "model.layers=[flatten, {dense: {units: 1000000}}, {dense: {units: 10, activation: softmax}}]");

        assertThat(errors.toString())
                .contains("lockstep: memory: this process with 2 workers needs up to")
                .contains("LOCKSTEP_JAVA_OPTS=-Xmx");
        assertThat(exitCode).isEqualTo(2);
        assertThat(folder.resolve("run/job.yaml")).doesNotExist();
    }
}
