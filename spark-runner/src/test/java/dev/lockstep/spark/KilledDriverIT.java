package dev.lockstep.spark;

import static dev.lockstep.spark.ExampleTraining.DEADLINE;
import static dev.lockstep.spark.ExampleTraining.SEPARATE_EXECUTORS;
import static dev.lockstep.spark.ExampleTraining.command;
import static dev.lockstep.spark.ExampleTraining.start;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lockstep.spark.launch.RunningLockstep;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.hdfs.MiniDFSCluster;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The main job on real parts: the launcher, separate executors, a real HDFS, and a driver that is killed half-way. It
 * is here that every build sees what accuracy gradient sharing reaches on Fashion-MNIST with one seed.
 */
@Tag("spark")
@Tag("hdfs")
class KilledDriverIT {
    /** The least that plain numpy reached with this network over its seeds; one seed may be as unlucky. */
    private static final double LEAST_FASHION_ACCURACY = 0.866;

    private static final double COURSE_ACCURACY = 0.8759;

    @SuppressWarnings("NullAway.Init")
    private static MiniDFSCluster hdfs;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    @BeforeAll
    static void startHdfs() throws IOException {
        Path state = Files.createTempDirectory(Files.createDirectories(Path.of("target", "hdfs")), "training");
        hdfs = new MiniDFSCluster.Builder(
                        new Configuration(), state.toAbsolutePath().toFile())
                .numDataNodes(2)
                .build();
        hdfs.waitActive();
    }

    @AfterAll
    static void stopHdfs() {
        hdfs.shutdown(true);
    }

    private static JsonNode hdfsResult(String run) throws IOException {
        try (FSDataInputStream file = hdfs.getFileSystem().open(new org.apache.hadoop.fs.Path(run, "result.json"))) {
            return new ObjectMapper().readTree(new String(file.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    private static boolean fashion() {
        boolean fashion = System.getenv("LOCKSTEP_DATA") != null;
        if (!fashion) {
            System.out.println("LOCKSTEP_DATA is not set: digits stand in for Fashion-MNIST");
        }
        return fashion;
    }

    /**
     * Fashion-MNIST where it is at hand, else digits: the way is the same. Two epochs are lost and found again on separate
     * executors and HDFS, compared with an undisturbed run in one process, which then goes on to its tenth epoch and the
     * figure that the same bits would have reached.
     */
    @Test
    void aKilledDriverResumesFromHdfsInTheMiddleOfAnEpoch() throws Exception {
        boolean fashion = fashion();
        String job = fashion ? "fashion-mnist.yaml" : "digits.yaml";
        Path undisturbed = directory.resolve("undisturbed");
        CompletableFuture<JsonNode> twoEpochs = CompletableFuture.supplyAsync(
                () -> ExampleTraining.inThisProcess(job, undisturbed, "training.epochs=2"));
        CompletableFuture<JsonNode> tenEpochs =
                twoEpochs.thenApplyAsync(unused -> ExampleTraining.inThisProcess(job, undisturbed));

        // In the second epoch: one of Fashion-MNIST has 329 steps, one of the digits 141.
        JsonNode actual = killAndResume(job, fashion ? 400 : 200, "training.epochs=2", "checkpoint.every=50 steps");
        requireSame(actual, twoEpochs.get(DEADLINE.toSeconds(), TimeUnit.SECONDS));

        JsonNode trained = tenEpochs.get(DEADLINE.toSeconds(), TimeUnit.SECONDS);
        requireAccuracy(job, trained, fashion);
        if (fashion) {
            // 42,000 training images, 128 a step, the last batch short; ten epochs.
            assertThat(actual.path("steps").asInt()).isEqualTo(658);
            assertThat(trained.path("steps").asInt()).isEqualTo(3290);
            assertThat(actual.path("test").path("samples").asInt()).isEqualTo(10_000);
        }
    }

    /** The same to the last epoch, as the course trains it. */
    @Test
    @Tag("slow")
    void aKilledDriverReachesTheFigureOfTheCourse() throws Exception {
        boolean fashion = fashion();
        String job = fashion ? "fashion-mnist.yaml" : "digits.yaml";
        JsonNode actual = killAndResume(job, 700, "checkpoint.every=100 steps");
        requireSame(actual, ExampleTraining.inThisProcess(job, directory.resolve("undisturbed")));
        requireAccuracy(job, actual, fashion);
    }

    private JsonNode killAndResume(String job, int step, String... overrides) throws Exception {
        String run = hdfs.getURI() + "/models/" + step + "/" + job;
        List<String> command = command(job, run, SEPARATE_EXECUTORS, overrides);
        try (RunningLockstep killed = start(directory, command)) {
            killed.awaitOutput("Checkpoint: step " + step + "\\b", DEADLINE);
            killed.kill();
            assertThat(killed.awaitExit(DEADLINE)).as("of a dead driver").isNotZero();
        }
        try (RunningLockstep resumed = start(directory, command)) {
            assertThat(resumed.awaitExit(DEADLINE)).as(resumed.output()).isZero();
            assertThat(resumed.output()).containsPattern("Resume: .*step");
        }
        return hdfsResult(run);
    }

    private static void requireSame(JsonNode actual, JsonNode expected) {
        assertThat(actual.path("status").asText()).isEqualTo("completed");
        assertThat(actual.path("parameters_sha256")).isEqualTo(expected.path("parameters_sha256"));
        assertThat(actual.path("train").path("loss"))
                .isEqualTo(expected.path("train").path("loss"));
        assertThat(actual.path("steps")).isEqualTo(expected.path("steps"));
        assertThat(actual.path("test")).isEqualTo(expected.path("test"));
    }

    private static void requireAccuracy(String job, JsonNode result, boolean fashion) {
        double accuracy = result.path("test").path("accuracy").asDouble();
        System.out.printf(
                "%s: test accuracy %.4f; the course's figure on Fashion-MNIST is %.4f%n",
                job, accuracy, COURSE_ACCURACY);
        assertThat(accuracy).isGreaterThan(fashion ? LEAST_FASHION_ACCURACY : 0.97);
    }
}
