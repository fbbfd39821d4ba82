package dev.lockstep.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The sandbox by its script, and trainings on it by the script of Lockstep, as a person would do it. */
@Tag("slow")
@TestInstance(Lifecycle.PER_CLASS)
class SandboxIT {
    private static final Path ROOT = Path.of(System.getProperty("lockstep.root"));
    private static final Duration DEADLINE = Duration.ofMinutes(5);

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private static Path folder;

    private record Outcome(int exitCode, String output) {}

    private Outcome run(Map<String, String> environment, String... command) throws IOException, InterruptedException {
        Path log = Files.createTempFile(folder, "output", ".log");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(ROOT.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment().keySet().removeAll(List.of("SPARK_HOME", "HADOOP_CONF_DIR", "SPARK_LOCAL_IP"));
        builder.environment().put("LOCKSTEP_BUILD", "never");
        builder.environment().putAll(environment);
        Process process = builder.start();
        if (!process.waitFor(DEADLINE.toSeconds(), TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError(
                    List.of(command) + " is not done after " + DEADLINE + "\n" + Files.readString(log));
        }
        return new Outcome(process.exitValue(), Files.readString(log));
    }

    private Outcome sandbox(String command, String... more) throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(List.of("scripts/sandbox", command, "--directory", state().toString()));
        all.addAll(List.of(more));
        return run(Map.of(), all.toArray(String[]::new));
    }

    private Path state() {
        return folder.resolve("sandbox");
    }

    private Layout layout() {
        return new Layout(state());
    }

    private SandboxState running() {
        return SandboxState.read(layout().state()).orElseThrow();
    }

    private String hdfs() {
        return "hdfs://127.0.0.1:" + running().ports().nameNode();
    }

    @BeforeAll
    void up() throws Exception {
        Outcome up = sandbox("up", "--cores", "2", "--memory", "3072");
        assertThat(up.exitCode()).as(up.output()).isZero();
        assertThat(up.output()).contains("scripts/lockstep train");
    }

    @AfterAll
    void nothingIsLeft() throws Exception {
        List<Daemon> daemons = running().daemons();
        Outcome down = sandbox("down");
        assertThat(down.exitCode()).as(down.output()).isZero();
        assertThat(daemons).noneMatch(Daemon::isAlive);
        assertThat(ProcessHandle.allProcesses()
                        .filter(process -> commandLine(process.pid()).contains(state().toString())))
                .isEmpty();
        assertThat(sandbox("status").exitCode()).isEqualTo(5);
    }

    private static String commandLine(long pid) {
        try {
            return Files.readString(Path.of("/proc/" + pid + "/cmdline"), StandardCharsets.ISO_8859_1);
        } catch (IOException gone) {
            return "";
        }
    }

    @Test
    void everyDaemonRunsAndASecondStartLeavesThemAlone() throws Exception {
        List<Daemon> before = running().daemons();
        assertThat(before).hasSize(3 + 3 * Sandbox.NODES).allMatch(Daemon::isAlive);
        assertThat(sandbox("status").exitCode()).isZero();
        Outcome again = sandbox("up");
        assertThat(again.exitCode()).as(again.output()).isZero();
        assertThat(running().daemons()).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(strings = {"spark", "yarn"})
    void trainsWithItsRunOnHdfs(String where) throws Exception {
        String master = where.equals("yarn")
                ? "yarn"
                : "spark://127.0.0.1:" + running().ports().sparkMaster();
        String directory = hdfs() + "/runs/" + where;
        Outcome train = run(
                Map.of(
                        "SPARK_HOME",
                        layout().spark().toString(),
                        "HADOOP_CONF_DIR",
                        layout().hadoop().toString()),
                "scripts/lockstep",
                "train",
                "examples/digits.yaml",
                "--master",
                master,
                "--run-dir",
                directory,
                "--set",
                "training.epochs=3");
        assertThat(train.exitCode()).as(train.output()).isZero();
        JsonNode result = result(directory);
        assertThat(result.path("status").asText()).isEqualTo("completed");
        assertThat(result.path("master").asText()).isEqualTo(master);
        assertThat(result.path("workers").asInt()).isEqualTo(2);
    }

    private JsonNode result(String directory) throws IOException {
        try (FileSystem files = FileSystem.newInstance(URI.create(directory), new Configuration());
                InputStream stream = files.open(new org.apache.hadoop.fs.Path(directory + "/result.json"))) {
            return new ObjectMapper().readTree(stream);
        }
    }
}
