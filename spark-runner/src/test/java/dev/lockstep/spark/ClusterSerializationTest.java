package dev.lockstep.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lockstep.core.config.JobFile;
import dev.lockstep.core.data.DataSpec;
import dev.lockstep.core.data.PackedManifest;
import dev.lockstep.core.data.SamplePart;
import dev.lockstep.core.error.LockstepException;
import dev.lockstep.spark.data.PreparedData;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.zip.GZIPOutputStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Readers and writers with an executor in a process of its own, where Spark serializes what local mode passes by
 * reference, under Kryo's required registration.
 */
@Tag("spark")
@Tag("process")
class ClusterSerializationTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    private static DataSpec csv(Path train) {
        return data("{format: csv, train: " + train + ", label: y}");
    }

    private static DataSpec data(String yaml) {
        String job = TestSpark.digitsYaml().replaceAll("(?m)^data: .*$", "data: " + yaml);
        return JobFile.read(job, "job.yaml", List.of(), Map.of()).data();
    }

    /** Every preprocessing step, with words as labels, from Parquet; CSV comes below. */
    private void preprocessEverything(JavaSparkContext spark) throws IOException {
        Path table = Files.writeString(
                folder.resolve("words.csv"), "a,b,c,kind,y\n1,,3,u,no\n2,5,,v,yes\n3,6,4,,yes\n4,7,5,u,no\n");
        String settings =
                "label: y, validation: {split: 0.5, method: stratified}, preprocessing: [fill_missing: {columns:"
                        + " a}, fill_missing: {columns: b, strategy: median}, fill_missing: {columns: [c, kind], strategy:"
                        + " most_frequent}, one_hot: {columns: kind, unknown: ignore}, scale: {divisor: 2}, standardise,"
                        + " min_max]}";
        Path parquet = folder.resolve("words.parquet");
        SparkSession.builder()
                .sparkContext(spark.sc())
                .getOrCreate()
                .read()
                .option("header", true)
                .option("inferSchema", true)
                .csv(table.toString())
                .write()
                .parquet(parquet.toString());
        PackedManifest train = PreparedData.prepare(
                        spark,
                        data("{format: parquet, train: " + parquet + ", " + settings),
                        new org.apache.hadoop.fs.Path(folder.resolve("steps").toUri()),
                        2)
                .train();
        assertThat(train.classNames()).containsExactly("no", "yes");
        assertThat(Objects.requireNonNull(train.table()).steps()).hasSize(8);
    }

    /** The same, with a condition that executors ask of every row. */
    private static DataSpec marked(Path train) {
        return data("{format: csv, train: " + train + ", label: y, validation: {where: 'x > 2'}}");
    }

    @Test
    void everyReaderAndWriterWorksAndDamageFailsFast() throws IOException {
        Path jobFile = Files.writeString(folder.resolve("job.yaml"), TestSpark.digitsYaml());
        Path run = folder.resolve("run");
        assertThat(TestRuns.train(jobFile, run)).isZero();
        Path table = Files.writeString(folder.resolve("in.csv"), "x,y\n1,0\n2,1\n3,1\n");
        ByteArrayOutputStream gzip = new ByteArrayOutputStream();
        try (OutputStream stream = new GZIPOutputStream(gzip)) {
            stream.write("x,y\n1,0\n2,1\n".repeat(5000).getBytes(StandardCharsets.UTF_8));
        }
        Path damaged = folder.resolve("damaged.csv.gz");
        Files.write(damaged, Arrays.copyOf(gzip.toByteArray(), gzip.size() - 20));
        org.apache.hadoop.fs.Path packed =
                new org.apache.hadoop.fs.Path(folder.resolve("packed").toUri());

        try (JavaSparkContext spark = TestSpark.start("local-cluster[1,1,1024]")) {
            assertThat(PreparedData.prepare(spark, csv(table), packed, 2)
                            .train()
                            .classCounts())
                    .containsExactly(1L, 2L);
            assertThat(PreparedData.prepare(spark, marked(table), packed, 2)
                            .train()
                            .marks(SamplePart.VALIDATION))
                    .isEqualTo(1);
            preprocessEverything(spark);
            // Spark would try again a thousand times; the test would not come back.
            assertThatThrownBy(() -> PreparedData.prepare(spark, csv(damaged), packed, 2))
                    .isInstanceOf(LockstepException.class)
                    .hasMessageContaining("damaged.csv.gz");
            Files.delete(run.resolve("data/test/manifest.json")); // packed again, by the executor
            ModelUse same = new ModelUse(run.toString(), List.of(), null, null);
            assertThat(new ObjectMapper()
                            .readTree(same.figures(spark).toString())
                            .path("accuracy"))
                    .isEqualTo(TestRuns.result(run).path("test").path("accuracy"));
            for (String name : List.of("predictions.csv", "predictions")) {
                org.apache.hadoop.fs.Path target =
                        new org.apache.hadoop.fs.Path(folder.resolve(name).toUri());
                assertThat(same.writePredictions(spark, target)).isEqualTo(200);
                assertThat(folder.resolve(name).resolve("_SUCCESS")).exists();
            }
        }
    }
}
