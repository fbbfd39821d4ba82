package dev.lockstep.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lockstep.sandbox.SandboxClient.Outcome;
import dev.lockstep.sandbox.SandboxClient.Running;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code scripts/lockstep submit} on a real cluster: both kinds, both deploy modes, and what may go wrong. */
@Tag("slow")
@ExtendWith(SharedSandbox.class)
class SubmitIT {
    private static final String JOB = "examples/digits.yaml";
    private static final String ASSEMBLY = "spark-runner/target/lockstep-assembly.jar";

    @SuppressWarnings("NullAway.Init")
    private SandboxClient sandbox;

    @BeforeEach
    void takeSandbox(SandboxClient client) {
        sandbox = client;
    }

    private String directory(String... names) {
        return sandbox.hdfs() + "/runs/" + String.join("-", names);
    }

    private String[] submit(String cluster, String mode, String run, String... more) {
        List<String> words = new ArrayList<>(List.of("scripts/lockstep", "submit", JOB));
        words.addAll(List.of("--master", sandbox.master(cluster), "--deploy-mode", mode, "--run-dir", run));
        words.addAll(List.of("--driver-memory", "1g", "--executor-memory", "1g"));
        words.addAll(List.of("--set", "data.train_samples=6000", "--set", "data.test_samples=1000"));
        List<String> others = List.of(more);
        if (others.stream().noneMatch(word -> word.startsWith("--executor-cores"))) {
            words.addAll(List.of("--executor-cores", "1"));
            if (cluster.equals("spark")) {
                words.addAll(List.of("--total-executor-cores", "2"));
            }
        }
        words.addAll(others);
        return words.toArray(String[]::new);
    }

    private Running start(String... command) {
        return sandbox.start(command);
    }

    private JsonNode completed(String run) {
        JsonNode result = sandbox.result(run);
        assertThat(result.path("status").asText()).isEqualTo("completed");
        assertThat(result.path("workers").asInt()).isEqualTo(2);
        // Nothing of the submission is left, and above all not the job with its secrets.
        assertThat(sandbox.list(run + "/submissions")).isEmpty();
        return result;
    }

    private void killAnExecutor() {
        assertThat(sandbox.executors()).isNotEmpty();
        assertThat(sandbox.executors().get(0).destroyForcibly()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"spark,client", "spark,cluster", "yarn,client", "yarn,cluster"})
    void trainsAlthoughAnExecutorIsKilled(String cluster, String mode) {
        String run = directory("killed", cluster, mode);
        try (Running training = start(submit(cluster, mode, run, "--set", "training.epochs=12"))) {
            sandbox.awaitEpoch(2, run, training);
            killAnExecutor();
            Outcome outcome = training.outcome();
            assertThat(outcome.exitCode()).as(outcome.output()).isZero();
            assertThat(outcome.output()).contains("Completed after", "Run directory: " + run);
        }
        assertThat(completed(run).path("worker_rejoins").asInt()).isPositive();
    }

    @ParameterizedTest
    @CsvSource({"spark,client", "yarn,cluster"})
    void aWorkerMayHaveSeveralCores(String cluster, String mode) {
        String run = directory("threads", cluster, mode);
        Outcome outcome = sandbox.run(submit(
                cluster,
                mode,
                run,
                "--executor-cores=2",
                "--total-executor-cores=4",
                "--conf",
                "spark.task.cpus=2",
                "--set",
                "training.epochs=2"));
        assertThat(outcome.exitCode()).as(outcome.output()).isZero();
        completed(run);
    }

    @Test
    void anExecutorMayHaveSeveralWorkers() {
        String run = directory("one-executor");
        Outcome outcome =
                sandbox.run(submit("yarn", "cluster", run, "--executor-cores=2", "--set", "training.epochs=2"));
        assertThat(outcome.exitCode()).as(outcome.output()).isZero();
        completed(run);
    }

    /** No executor is there at first; those that work are not taken away however short the idle time is. */
    @ParameterizedTest
    @CsvSource({"spark,client", "spark,cluster", "yarn,client", "yarn,cluster"})
    void trainsUnderDynamicAllocation(String cluster, String mode) {
        String run = directory("dynamic", cluster, mode);
        List<String> dynamic = new ArrayList<>(List.of("--set", "training.epochs=12"));
        Map.of(
                        "spark.dynamicAllocation.enabled", "true",
                        "spark.dynamicAllocation.shuffleTracking.enabled", "true",
                        "spark.dynamicAllocation.minExecutors", "0",
                        "spark.dynamicAllocation.maxExecutors", "3",
                        "spark.dynamicAllocation.executorIdleTimeout", "3s")
                .forEach((key, value) -> dynamic.addAll(List.of("--conf", key + "=" + value)));
        try (Running training = start(submit(cluster, mode, run, dynamic.toArray(String[]::new)))) {
            sandbox.awaitEpoch(2, run, training);
            killAnExecutor();
            Outcome outcome = training.outcome();
            assertThat(outcome.exitCode()).as(outcome.output()).isZero();
        }
        assertThat(completed(run).path("worker_rejoins").asInt()).isPositive();
    }

    /** A completed run is no failure of a driver without a session, and another job is one that is final. */
    @ParameterizedTest
    @ValueSource(strings = {"spark", "yarn"})
    void whatIsKnownToBeFinalIsNotTriedAgain(String cluster) {
        String run = directory("final", cluster);
        String name = "final-" + cluster;
        for (int time = 1; time <= 2; time++) {
            Outcome outcome =
                    sandbox.run(submit(cluster, "cluster", run, "--set", "training.epochs=1", "--set", "name=" + name));
            assertThat(outcome.exitCode()).as(outcome.output()).isZero();
        }
        Outcome other = sandbox.run(submit(
                cluster, "cluster", run, "--set", "training.epochs=1", "--set", "name=" + name, "--set", "seed=7"));
        assertThat(other.exitCode()).as(other.output()).isEqualTo(2);
        assertThat(other.output()).contains("holds a run of another job");
        Outcome missing = sandbox.run(submit(
                cluster,
                "cluster",
                directory("missing", cluster),
                "--set",
                "data={format: idx, directory: " + sandbox.hdfs() + "/nowhere}",
                "--set",
                "name=" + name + "-data"));
        assertThat(missing.exitCode()).as(missing.output()).isEqualTo(3);
        assertThat(missing.output()).contains("/nowhere");
        if (cluster.equals("yarn")) {
            assertThat(sandbox.attempts("lockstep " + name)).isEqualTo(1);
            assertThat(sandbox.attempts("lockstep " + name + "-data")).isEqualTo(1);
        }
    }

    /** YARN starts it again with the same words; what --fresh asks for was done by the first attempt. */
    @Test
    void aLostDriverOnYarnIsStartedAgainAndGoesOn() {
        String run = directory("lost-driver");
        try (Running training =
                start(submit("yarn", "cluster", run, "--fresh", "--set", "training.epochs=12", "--set", "name=lost"))) {
            sandbox.awaitEpoch(3, run, training);
            List<ProcessHandle> drivers = sandbox.processes("yarn.ApplicationMaster\0");
            assertThat(drivers).isNotEmpty();
            drivers.forEach(ProcessHandle::destroyForcibly);
            Outcome outcome = training.outcome();
            assertThat(outcome.exitCode()).as(outcome.output()).isZero();
        }
        assertThat(completed(run).path("epochs").asInt()).isEqualTo(12);
        assertThat(sandbox.attempts("lockstep lost")).isEqualTo(2);
        assertThat(sandbox.list(sandbox.hdfs() + "/runs"))
                .filteredOn(name -> name.startsWith("lost-driver"))
                .containsExactly("lost-driver");
    }

    /** Spark's own cluster does not start it again; the same command goes on. */
    @Test
    void aLostDriverOfAStandaloneClusterIsToldAndTheSameCommandGoesOn() {
        String run = directory("lost-standalone");
        String[] command = submit("spark", "cluster", run, "--set", "training.epochs=12");
        try (Running training = start(command)) {
            sandbox.awaitEpoch(3, run, training);
            sandbox.processes("worker.DriverWrapper\0").forEach(ProcessHandle::destroyForcibly);
            Outcome outcome = training.outcome();
            assertThat(outcome.exitCode()).as(outcome.output()).isEqualTo(5);
            assertThat(outcome.output()).contains("ended without a word", "The end of its log");
        }
        Outcome again = sandbox.run(command);
        assertThat(again.exitCode()).as(again.output()).isZero();
    }

    /** Executors that are killed again and again, and no restart left. */
    @ParameterizedTest
    @CsvSource({"spark,client", "spark,cluster", "yarn,client", "yarn,cluster"})
    void aRunThatFailsIsToldWithTheLogOfTheLostExecutor(String cluster, String mode) {
        String run = directory("failing", cluster, mode);
        List<String> impatient = List.of(
                "--set", "training.epochs=200", "--set", "cluster.restarts=0", "--set", "cluster.join_seconds=12");
        try (Running training = start(submit(cluster, mode, run, impatient.toArray(String[]::new)))) {
            sandbox.awaitEpoch(1, run, training);
            while (training.isAlive()) {
                sandbox.executors().forEach(ProcessHandle::destroyForcibly);
                SandboxClient.pause();
            }
            Outcome outcome = training.outcome();
            assertThat(outcome.exitCode()).as(outcome.output()).isEqualTo(5);
            assertThat(outcome.output()).contains("The last loss was executor", "The end of the log of executor");
        }
        assertThat(sandbox.result(run).path("status").asText()).isEqualTo("failed");
    }

    /** Without scripts/lockstep: a training, and a wrong job, of which YARN makes one attempt. */
    @ParameterizedTest
    @ValueSource(strings = {"spark", "yarn"})
    void plainSparkSubmitInClusterMode(String cluster) {
        String run = directory("plain", cluster);
        String job = sandbox.hdfs() + "/jobs/plain.yaml";
        sandbox.write(job, "name: plain\ntraining: {epochs: none}\n");
        List<String> words = new ArrayList<>(List.of(sandbox.sparkSubmit().toString(), "--deploy-mode", "cluster"));
        words.addAll(List.of("--master", sandbox.master(cluster), "--name", "plain"));
        words.addAll(List.of("--driver-memory", "1g", "--executor-memory", "1g"));
        words.addAll(List.of("--conf", "spark.standalone.submit.waitAppCompletion=true"));
        // A worker of Spark's own cluster starts drivers without them.
        String modules = Stream.of("lang", "lang.invoke", "lang.reflect", "io", "net", "nio", "util", "util.concurrent")
                .map(name -> "--add-opens=java.base/java." + name + "=ALL-UNNAMED ")
                .collect(Collectors.joining());
        words.addAll(List.of("--driver-java-options", modules + "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED"));
        words.addAll(List.of("--class", "dev.lockstep.spark.LockstepCli", ASSEMBLY, "train"));
        List<String> wrong = new ArrayList<>(words);
        wrong.addAll(List.of(job, "--run-dir", run));
        Outcome refused = sandbox.run(wrong.toArray(String[]::new));
        if (cluster.equals("yarn")) {
            assertThat(refused.exitCode()).as(refused.output()).isNotZero();
            assertThat(sandbox.attempts("plain")).isEqualTo(1);
        } else {
            // Of a standalone cluster spark-submit waits for the end and ends with 0 whatever it was.
            assertThat(refused.output()).contains("FAILED");
        }
        sandbox.write(
                job,
                """
                name: plain
                data: {format: digits, train_samples: 3000, test_samples: 500}
                model: {layers: [flatten, dense: {units: 10, activation: softmax}]}
                training: {loss: sparse_categorical_crossentropy, optimizer: adam, batch_size: 128, epochs: 1}
                cluster: {workers: 2}
                """);
        Outcome trained = sandbox.run(wrong.toArray(String[]::new));
        assertThat(trained.exitCode()).as(trained.output()).isZero();
        assertThat(sandbox.result(run).path("status").asText()).isEqualTo("completed");
    }
}
