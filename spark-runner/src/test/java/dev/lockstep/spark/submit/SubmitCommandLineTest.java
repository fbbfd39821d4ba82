package dev.lockstep.spark.submit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.spark.cli.DeployMode;
import dev.lockstep.spark.cli.SubmitRequest;
import java.util.List;
import org.junit.jupiter.api.Test;

final class SubmitCommandLineTest {
    private final SubmitCommandLine line =
            new SubmitCommandLine("/spark/bin/spark-submit", "yarn", "/lib/assembly.jar", "-Dfrom=defaults");

    @Test
    void aDriverInTheClusterFindsTheResolvedJob() {
        List<String> words = line.words(
                Requests.request(DeployMode.CLUSTER, "yarn", "hdfs://host/runs/a", "spark.task.cpus=2"),
                Requests.job(),
                "hdfs://host/runs/a/submissions/x/job.yaml",
                "hdfs://host/runs/a/submissions/x");

        assertThat(words).startsWith("/spark/bin/spark-submit", "--master", "yarn", "--deploy-mode", "cluster");
        assertThat(words)
                .containsSubsequence("--num-executors", "4", "--class", "dev.lockstep.spark.LockstepCli")
                .containsSubsequence("--conf", "spark.lockstep.submission=hdfs://host/runs/a/submissions/x")
                .contains("spark.app.name=lockstep small", "spark.task.cpus=2", "spark.executor.maxNumFailures=1000")
                .contains("spark.standalone.submit.waitAppCompletion=true")
                .endsWith(
                        "/lib/assembly.jar",
                        "train",
                        "hdfs://host/runs/a/submissions/x/job.yaml",
                        "--run-dir",
                        "hdfs://host/runs/a",
                        "--resume",
                        "auto",
                        "--fresh");
        // They are in the job that is sent.
        assertThat(words).doesNotContain("--set", "--workers", "training.epochs=2");
    }

    @Test
    void aDriverInThisTerminalResolvesTheJobItself() {
        List<String> words =
                line.words(Requests.request(DeployMode.CLIENT, "yarn", null), Requests.job(), "job.yaml", "/tmp/x");

        assertThat(words)
                .containsSubsequence("--deploy-mode", "client")
                .containsSubsequence("train", "job.yaml", "--workers", "3", "--set", "training.epochs=2")
                .doesNotContain("--run-dir", "spark.standalone.submit.waitAppCompletion=true");
    }

    @Test
    void settingsThatTheDriverComesTooLateForAreGivenToSparkSubmitButNoSecret() {
        List<String> words = line.words(
                Requests.request(DeployMode.CLUSTER, "yarn", "hdfs://host/runs/a"), Requests.job(), "j", "s");

        assertThat(words).contains("spark.driver.memory=3g", "spark.yarn.tags=nightly");
        assertThat(words).noneMatch(word -> word.startsWith("spark.executor.memory="));
        assertThat(String.join(" ", words)).doesNotContain(Requests.SECRET, "STORE_PASSWORD");
    }

    @Test
    void theCommandLineComesBeforeTheJob() {
        SubmitRequest request = Requests.request(DeployMode.CLUSTER, "yarn", "hdfs://h/a", "spark.yarn.tags=mine");
        SubmitRequest withMemory = new SubmitRequest(
                request.train(), request.deployMode(), List.of("--driver-memory", "5g"), request.settings(), null);
        List<String> words = line.words(withMemory, Requests.job(), "j", "s");

        assertThat(words).containsSubsequence("--driver-memory", "5g").contains("spark.yarn.tags=mine");
        assertThat(words).doesNotContain("spark.driver.memory=3g", "spark.yarn.tags=nightly");
    }

    @Test
    void aWorkerOfAStandaloneClusterIsToldWhatSparkNeedsOnJava17() {
        SubmitCommandLine standalone = new SubmitCommandLine("submit", "spark://h:7077", "a.jar", "-Dfrom=defaults");
        assertThat(standalone.words(
                        Requests.request(DeployMode.CLUSTER, "spark://h:7077", "hdfs://h/a"), Requests.job(), "j", "s"))
                .filteredOn(word -> word.startsWith("spark.driver.extraJavaOptions="))
                .singleElement()
                .asString()
                .contains("--add-opens=java.base/sun.nio.ch=ALL-UNNAMED")
                .endsWith(" -Dfrom=defaults");
        assertThat(line.words(Requests.request(DeployMode.CLUSTER, "yarn", "hdfs://h/a"), Requests.job(), "j", "s"))
                .noneMatch(word -> word.startsWith("spark.driver.extraJavaOptions="));
    }
}
