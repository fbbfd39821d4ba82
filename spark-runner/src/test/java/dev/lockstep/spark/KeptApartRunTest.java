package dev.lockstep.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Runs that keep a part of their training samples for validation and for the test. */
@Tag("spark")
@Timeout(180)
class KeptApartRunTest {
    private static final long SEED = 77;
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final Path folder;

    KeptApartRunTest(@TempDir Path folder) {
        this.folder = folder;
    }

    /** 400 rows of two features and two classes that they tell apart, with a year and a weight. */
    private Path table() throws IOException {
        Random random = new Random(SEED);
        StringBuilder text = new StringBuilder("a,b,year,w,y\n");
        for (int row = 0; row < 400; row++) {
            int label = random.nextInt(2);
            text.append(random.nextGaussian() + 2 * label)
                    .append(',')
                    .append(random.nextGaussian() - label)
                    .append(',')
                    .append(2000 + row / 20)
                    .append(',')
                    .append(0.5 + random.nextFloat())
                    .append(',')
                    .append(label)
                    .append('\n');
        }
        return Files.writeString(folder.resolve("table.csv"), text.toString());
    }

    private Path job(String data, String sync) throws IOException {
        return Files.writeString(
                folder.resolve("job.yaml"),
                """
                name: kept-apart
                seed: 3
                data: {format: csv, train: %s, label: y, ignore: [year], weights: w, %s}
                model:
                  layers:
                    - dense: {units: 8, activation: tanh}
                    - dense: {units: 2, activation: softmax}
                training:
                  loss: sparse_categorical_crossentropy
                  optimizer: {sgd: {learning_rate: 0.1}}
                  batch_size: 40
                  epochs: 3
                  metrics: [accuracy]
                cluster: {workers: 2, sync: %s}
                """
                        .formatted(table(), data, sync));
    }

    private static JsonNode figures(Path run) throws IOException {
        try (JavaSparkContext spark = TestSpark.start("local[2]")) {
            return MAPPER.readTree(new ModelUse(run.toString(), List.of(), null, null)
                    .figures(spark)
                    .toString());
        }
    }

    @Test
    void theTestPartIsTestedAndEvaluationTestsTheSame() throws IOException {
        Path run = folder.resolve("run");
        Path job = job(
                "validation: {folds: 4, fold: 2, method: stratified}, test_split: {where: year >= 2015}",
                "gradient_sharing");
        assertThat(TestRuns.train(job, run)).isZero();

        JsonNode result = TestRuns.result(run);
        JsonNode test = result.path("test");
        assertThat(test.path("samples").asInt()).isEqualTo(100);
        assertThat(test.path("accuracy").asDouble())
                .as("guessing gives about 0.5")
                .isGreaterThan(0.7);
        assertThat(figures(run)).isEqualTo(test);

        JsonNode splits = result.path("splits");
        assertThat(splits.path("train").path("samples").asInt()).isEqualTo(225);
        assertThat(splits.path("validation").path("samples").asInt()).isEqualTo(75);
        assertThat(splits.path("test").path("samples").asInt()).isEqualTo(100);
        assertThat(splits.path("test").path("class_counts")).hasSize(2);
        int classOnes = 0;
        for (JsonNode part : splits) {
            classOnes += part.path("class_counts").get(1).asInt();
        }
        assertThat(classOnes).isEqualTo((int) Files.readAllLines(folder.resolve("table.csv")).stream()
                .filter(line -> line.endsWith(",1"))
                .count());
        assertThat(Files.readAllLines(run.resolve("metrics.jsonl")).stream()
                        .filter(line -> line.contains("\"event\":\"splits\"")))
                .hasSize(1);

        JsonNode shown = event(run, "samples");
        assertThat(shown.path("role").asText()).isEqualTo("test");
        assertThat(shown.path("chosen").path(0).path("index").asInt()).isEqualTo(300);
        assertPredictsTheTestPart(run);
        assertRefusesOtherSamples(run);
    }

    private static JsonNode event(Path run, String kind) throws IOException {
        for (String line : Files.readAllLines(run.resolve("metrics.jsonl"))) {
            JsonNode event = MAPPER.readTree(line);
            if (event.path("event").asText().equals(kind)) {
                return event;
            }
        }
        throw new AssertionError("no event " + kind + " in " + run);
    }

    /** The index of a prediction is that of the row in the training file. */
    private void assertPredictsTheTestPart(Path run) {
        org.apache.hadoop.fs.Path output =
                new org.apache.hadoop.fs.Path(folder.resolve("predictions").toUri());
        try (JavaSparkContext spark = TestSpark.start("local[2]")) {
            assertThat(new ModelUse(run.toString(), List.of(), null, null).writePredictions(spark, output))
                    .isEqualTo(100);
            List<Row> rows = SparkSession.builder()
                    .sparkContext(spark.sc())
                    .getOrCreate()
                    .read()
                    .parquet(output.toString())
                    .collectAsList();
            assertThat(rows.stream().map(row -> row.getLong(0)).sorted())
                    .first()
                    .isEqualTo(300L);
            assertThat(rows).hasSize(100);
        }
    }

    /** Other samples in the same place would be tested with samples that were trained on. */
    private void assertRefusesOtherSamples(Path run) throws IOException {
        Path table = folder.resolve("table.csv");
        Files.writeString(table, Files.readString(table) + "1,1,2019,1,0\n");
        assertThatThrownBy(() -> figures(run))
                .isInstanceOfSatisfying(LockstepException.class, refused -> assertThat(refused.exitCode())
                        .isEqualTo(ExitCode.USAGE))
                .hasMessageContainingAll("the training samples have changed", "--set data.test=FILE");
    }

    @Test
    void oneWorkerAndTwoEndTheSameWithWeights() throws IOException {
        Path job = job("validation: {split: 0.1}, test_split: {split: 0.2, method: stratified}", "gradient_sharing");
        Path two = folder.resolve("two");
        Path one = folder.resolve("one");
        assertThat(TestRuns.train(job, two)).isZero();
        assertThat(TestRuns.train(job, one, "cluster.workers=1")).isZero();
        JsonNode ofOne = TestRuns.result(one);
        JsonNode ofTwo = TestRuns.result(two);
        assertThat(ofOne.path("splits")).isEqualTo(ofTwo.path("splits"));
        assertThat(ofOne.path("test").path("loss").asDouble())
                .isCloseTo(ofTwo.path("test").path("loss").asDouble(), within(1e-5));
    }

    @Test
    void dl4jSparkRefusesWeightsAndTestsAPart() throws IOException {
        Path run = folder.resolve("refused");
        Path job = job("test_split: {split: 0.25}", "dl4j_spark");
        assertThatThrownBy(() -> TestRuns.train(job, run))
                .isInstanceOfSatisfying(LockstepException.class, refused -> assertThat(refused.exitCode())
                        .isEqualTo(ExitCode.USAGE))
                .hasMessageContaining("data.weights");

        Path trained = folder.resolve("trained");
        Files.writeString(job, Files.readString(job).replace("ignore: [year], weights: w", "ignore: [year, w]"));
        assertThat(TestRuns.train(job, trained)).isZero();
        assertThat(TestRuns.result(trained)
                        .path("splits")
                        .path("test")
                        .path("samples")
                        .asInt())
                .isEqualTo(100);
        assertThat(figures(trained)).isEqualTo(TestRuns.result(trained).path("test"));
    }
}
