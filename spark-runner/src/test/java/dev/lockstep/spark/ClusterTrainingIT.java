package dev.lockstep.spark;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lockstep.spark.launch.ChildProcess;
import dev.lockstep.spark.launch.RunningLockstep;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.hdfs.MiniDFSCluster;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The main job on real parts: the launcher, executors that are JVMs of their own, a real HDFS, SIGKILL. */
@Tag("spark")
@Tag("hdfs")
class ClusterTrainingIT {
    private static final Path ROOT = Path.of(System.getProperty("lockstep.root"));
    private static final Duration DEADLINE = Duration.ofMinutes(4);
    private static final String LOCAL = "local[2]";
    private static final String SEPARATE_EXECUTORS = "local-cluster[2,1,1024]";

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

    private static List<String> train(String job, String runDirectory, String master, String... overrides) {
        List<String> arguments = new ArrayList<>(List.of(
                "train",
                ROOT.resolve("examples").resolve(job).toString(),
                "--run-dir",
                runDirectory,
                "--master",
                master));
        for (String override : overrides) {
            arguments.addAll(List.of("--set", override));
        }
        return arguments;
    }

    private RunningLockstep start(List<String> arguments) throws IOException {
        return RunningLockstep.start(directory, Map.of(), arguments);
    }

    private void complete(List<String> arguments) throws IOException, InterruptedException {
        ChildProcess.Result result = RunningLockstep.run(directory, Map.of(), DEADLINE, arguments);
        assertThat(result.exitCode()).as(result.output()).isZero();
    }

    private static JsonNode localResult(Path run) throws IOException {
        return new ObjectMapper().readTree(Files.readString(run.resolve("result.json")));
    }

    private static JsonNode hdfsResult(String run) throws IOException {
        try (FSDataInputStream file = hdfs.getFileSystem().open(new org.apache.hadoop.fs.Path(run, "result.json"))) {
            return new ObjectMapper().readTree(new String(file.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    /** Same bits in one JVM and in separate executors, a killed executor included. */
    @Test
    void aKilledExecutorComesBackAndTheModelIsTheSame() throws Exception {
        String[] overrides = {"data.train_samples=6000", "data.test_samples=1000", "training.epochs=8"};
        Path undisturbed = directory.resolve("undisturbed");
        complete(train("digits.yaml", undisturbed.toString(), LOCAL, overrides));

        Path disturbed = directory.resolve("disturbed");
        try (RunningLockstep run = start(train("digits.yaml", disturbed.toString(), SEPARATE_EXECUTORS, overrides))) {
            run.awaitOutput("Epoch 2/8 ", DEADLINE);
            assertThat(run.executors()).hasSize(2);
            assertThat(run.executors().get(0).destroyForcibly()).isTrue();
            assertThat(run.awaitExit(DEADLINE)).as(run.output()).isZero();
        }

        JsonNode result = localResult(disturbed);
        assertThat(result.path("worker_rejoins").asInt()).isPositive();
        assertThat(result.path("restarts").asInt()).isZero();
        assertThat(result.path("parameters_sha256"))
                .isEqualTo(localResult(undisturbed).path("parameters_sha256"));
        assertThat(result.path("test")).isEqualTo(localResult(undisturbed).path("test"));
    }

    /** Paused, not dead: no connection breaks, and only the silence tells. */
    @Test
    void aPausedExecutorIsReplacedAndTheModelIsTheSame() throws Exception {
        String[] overrides = {
            "data.train_samples=6000", "data.test_samples=1000", "training.epochs=8", "cluster.stall_seconds=3"
        };
        Path disturbed = directory.resolve("paused");
        try (RunningLockstep run = start(train("digits.yaml", disturbed.toString(), SEPARATE_EXECUTORS, overrides))) {
            run.awaitOutput("Epoch 2/8 ", DEADLINE);
            long paused = run.executors().get(1).pid();
            assertThat(new ProcessBuilder("kill", "-STOP", String.valueOf(paused))
                            .start()
                            .waitFor())
                    .isZero();
            assertThat(run.awaitExit(DEADLINE)).as(run.output()).isZero();
            assertThat(run.output()).contains("silent for 3 s", "cluster.stall_seconds", "is being replaced");
            assertThat(ProcessHandle.of(paused)).isEmpty();
        }
        Path undisturbed = directory.resolve("undisturbed");
        complete(train("digits.yaml", undisturbed.toString(), LOCAL, overrides));

        JsonNode result = localResult(disturbed);
        assertThat(result.path("worker_rejoins").asInt()).isPositive();
        assertThat(result.path("parameters_sha256"))
                .isEqualTo(localResult(undisturbed).path("parameters_sha256"));
    }

    /** Fashion-MNIST where it is at hand, else digits: the way is the same. */
    @Test
    void aKilledDriverResumesFromHdfsInTheMiddleOfAnEpoch() throws Exception {
        boolean fashion = System.getenv("LOCKSTEP_DATA") != null;
        if (!fashion) {
            System.out.println("LOCKSTEP_DATA is not set: digits stand in for Fashion-MNIST");
        }
        String job = fashion ? "fashion-mnist.yaml" : "digits.yaml";
        String every = "checkpoint.every=100 steps";
        Path undisturbed = directory.resolve("undisturbed");
        complete(train(job, undisturbed.toString(), LOCAL, every));

        String run = hdfs.getURI() + "/models/" + job;
        List<String> command = train(job, run, SEPARATE_EXECUTORS, every);
        try (RunningLockstep killed = start(command)) {
            killed.awaitOutput("Checkpoint: step 700\\b", DEADLINE);
            killed.kill();
        }
        try (RunningLockstep resumed = start(command)) {
            assertThat(resumed.awaitExit(DEADLINE)).as(resumed.output()).isZero();
            assertThat(resumed.output()).containsPattern("Resume: .*step");
        }

        JsonNode result = hdfsResult(run);
        JsonNode expected = localResult(undisturbed);
        double accuracy = result.path("test").path("accuracy").asDouble();
        System.out.printf(
                "%s: test accuracy %.4f; the course's figure on Fashion-MNIST is %.4f%n",
                job, accuracy, COURSE_ACCURACY);
        assertThat(result.path("status").asText()).isEqualTo("completed");
        assertThat(result.path("parameters_sha256")).isEqualTo(expected.path("parameters_sha256"));
        assertThat(result.path("train").path("loss"))
                .isEqualTo(expected.path("train").path("loss"));
        assertThat(result.path("steps")).isEqualTo(expected.path("steps"));
        assertThat(accuracy).isGreaterThan(fashion ? LEAST_FASHION_ACCURACY : 0.97);
    }
}
