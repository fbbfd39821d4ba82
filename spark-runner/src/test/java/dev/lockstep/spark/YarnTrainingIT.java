package dev.lockstep.spark;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lockstep.spark.launch.ChildProcess;
import dev.lockstep.spark.launch.RunningLockstep;
import dev.lockstep.spark.launch.SparkInstallation;
import dev.lockstep.spark.launch.SparkSubmitRunner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Training on YARN, the run directory on HDFS: the assembly by plain spark-submit in both deploy modes. */
@Tag("spark")
@Tag("hdfs")
@Tag("slow")
class YarnTrainingIT {
    private static final Path ROOT = Path.of(System.getProperty("lockstep.root"));
    private static final Duration DEADLINE = Duration.ofMinutes(4);

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private static Path directory;

    @SuppressWarnings("NullAway.Init")
    private static YarnCluster cluster;

    @SuppressWarnings("NullAway.Init")
    private static SparkSubmitRunner submitter;

    @SuppressWarnings("NullAway.Init")
    private static SparkInstallation installation;

    @SuppressWarnings("NullAway.Init")
    private static Path configuration;

    @BeforeAll
    static void startCluster() throws Exception {
        cluster = new YarnCluster("yarn");
        configuration = cluster.writeConfiguration(directory.resolve("hadoop"));
        submitter = new SparkSubmitRunner();
        installation = SparkInstallation.layOut(directory.resolve("spark"), submitter.sparkJars());
        // Without a number of workers: the cluster is to say it.
        String job = Files.readString(ROOT.resolve("examples/digits.yaml"));
        assertThat(job).contains("  workers: 2 ");
        cluster.write("/jobs/digits.yaml", job.replaceAll("(?m)^  workers: 2 .*\n", ""));
    }

    @AfterAll
    static void stopCluster() {
        if (cluster != null) {
            cluster.close();
        }
    }

    private static List<String> train(String job, String run, String... more) {
        List<String> arguments = new ArrayList<>(List.of("train", job, "--run-dir", run));
        arguments.addAll(List.of("--set", "data.train_samples=3000", "--set", "data.test_samples=500", "--set"));
        arguments.add("training.epochs=3");
        arguments.addAll(List.of(more));
        return arguments;
    }

    private static RunningLockstep submit(String deployMode, List<String> options, List<String> arguments)
            throws IOException {
        String java = System.getProperty("java.home");
        List<String> all = new ArrayList<>(List.of("--master", "yarn", "--deploy-mode", deployMode));
        for (String setting : List.of(
                "spark.yarn.jars=local:" + installation.classPath(),
                "spark.yarn.appMasterEnv.JAVA_HOME=" + java,
                "spark.executorEnv.JAVA_HOME=" + java,
                "spark.driver.memory=1g",
                "spark.executor.memory=1g")) {
            all.addAll(List.of("--conf", setting));
        }
        all.addAll(options);
        return submitter.start(directory, installation, configuration, all, arguments);
    }

    private static JsonNode result(String run) throws IOException {
        return new ObjectMapper().readTree(cluster.read(run + "/result.json"));
    }

    private static JsonNode local() throws Exception {
        Path run = directory.resolve("local");
        if (!Files.exists(run)) {
            List<String> arguments = train(ROOT.resolve("examples/digits.yaml").toString(), run.toString());
            ChildProcess.Result alone =
                    submitter.submit(directory, "local[2]", DEADLINE, arguments.toArray(new String[0]));
            assertThat(alone.exitCode()).as(alone.errors()).isZero();
        }
        return TestRuns.result(run);
    }

    private static void requireSame(JsonNode result) throws Exception {
        assertThat(result.path("status").asText()).isEqualTo("completed");
        assertThat(result.path("master").asText()).isEqualTo("yarn");
        assertThat(result.path("workers").asInt()).isEqualTo(2);
        assertThat(result.path("parameters_sha256").asText())
                .hasSize(64)
                .isEqualTo(local().path("parameters_sha256").asText());
        assertThat(result.path("test")).isEqualTo(local().path("test"));
        assertThat(result.path("application_id").asText()).startsWith("application_");
    }

    /** The driver is spark-submit's process; the number of workers is that of the executors' cores. */
    @Test
    void trainsInClientMode() throws Exception {
        String run = cluster.uri() + "/runs/client";
        List<String> twoExecutors = List.of("--num-executors", "2", "--executor-cores", "1");
        try (RunningLockstep submitted =
                submit("client", twoExecutors, train(cluster.uri() + "/jobs/digits.yaml", run))) {
            int exitCode = submitted.awaitExit(DEADLINE);
            assertThat(exitCode).as(() -> text(submitted)).isZero();
            assertThat(submitted.output()).containsPattern("Epoch 3/3 .* val_accuracy");
        }
        requireSame(result(run));
    }

    /** The driver is a container; it asks YARN for as many executors as the workers need. */
    @Test
    void trainsInClusterMode() throws Exception {
        String run = cluster.uri() + "/runs/cluster";
        try (RunningLockstep submitted =
                submit("cluster", List.of(), train("hdfs:///jobs/digits.yaml", run, "--workers", "2"))) {
            int exitCode = submitted.awaitExit(DEADLINE);
            assertThat(exitCode).as(() -> text(submitted)).isZero();
        }
        requireSame(result(run));
    }

    private static String text(RunningLockstep submitted) {
        try {
            return submitted.output() + cluster.logs();
        } catch (IOException e) {
            return e.toString();
        }
    }
}
