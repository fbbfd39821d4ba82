package dev.lockstep.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lockstep.sandbox.SandboxClient.Outcome;
import dev.lockstep.sandbox.SandboxClient.Running;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The example of a pipeline on the sandbox: three days on HDFS, by spark-submit, as cron would call it. */
@Tag("slow")
@ExtendWith(SharedSandbox.class)
class PipelineIT {
    private static final String EXAMPLE = "examples/pipeline-fashion-mnist.yaml";

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    @SuppressWarnings("NullAway.Init")
    private SandboxClient sandbox;

    @BeforeEach
    void threeDaysOnHdfs(SandboxClient client) throws IOException {
        sandbox = client;
        String data = System.getenv("LOCKSTEP_DATA");
        if (data == null) {
            System.out.println("LOCKSTEP_DATA is not set: the pipeline of Fashion-MNIST is not run");
        }
        Assumptions.assumeTrue(data != null, "LOCKSTEP_DATA");
        Path source = Path.of(String.valueOf(data), "fashion_mnist");
        Path days = folder.resolve("days");
        Outcome laidOut = sandbox.run(
                "env",
                "--unset=SPARK_HOME",
                "scripts/lockstep",
                "data",
                "days",
                "fashion-mnist",
                "--directory=" + source,
                "--output=" + days,
                "--spoil=2026-01-02");
        assertThat(laidOut.exitCode()).as(laidOut.output()).isZero();
        try (FileSystem files = FileSystem.newInstance(URI.create(sandbox.hdfs()), new Configuration())) {
            org.apache.hadoop.fs.Path target = new org.apache.hadoop.fs.Path("/data/fashion_mnist");
            files.mkdirs(target);
            files.copyFromLocalFile(
                    new org.apache.hadoop.fs.Path(days.toUri()),
                    new org.apache.hadoop.fs.Path("/data/fashion_mnist_days"));
            for (String name : List.of("t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz")) {
                files.copyFromLocalFile(
                        new org.apache.hadoop.fs.Path(source.resolve(name).toUri()),
                        new org.apache.hadoop.fs.Path(target, name));
            }
        }
    }

    private Running pipeline(String... arguments) {
        List<String> words = new ArrayList<>(List.of(
                "env",
                "LOCKSTEP_DATA=" + sandbox.hdfs() + "/data",
                "LOCKSTEP_STORE=" + sandbox.hdfs() + "/store",
                "scripts/lockstep",
                "pipeline"));
        words.addAll(List.of(arguments));
        return sandbox.start(words.toArray(String[]::new));
    }

    private Running day(String date) {
        return pipeline(EXAMPLE, "--date", date, "--master", sandbox.master("spark"));
    }

    private Outcome finished(String date) {
        try (Running run = day(date)) {
            return run.outcome();
        }
    }

    private JsonNode result(String date) {
        return sandbox.result(sandbox.hdfs() + "/store/pipelines/fashion-mnist/days/" + date);
    }

    private String current() {
        return sandbox.read(sandbox.hdfs() + "/store/models/fashion-mnist/current")
                .lines()
                .findFirst()
                .orElse("");
    }

    @Test
    void aKilledDayASpoiledDayAndAGoodOne() {
        try (Running killed = day("2026-01-01")) {
            SandboxClient.await("a checkpoint", killed, () -> killed.output().contains("Checkpoint: step"));
        }
        Outcome resumed = finished("2026-01-01");
        assertThat(resumed.exitCode()).as(resumed.output()).isZero();
        assertThat(resumed.output()).contains("Resume: ");
        assertThat(current()).isEqualTo("versions/2026-01-01");

        Outcome spoiled = finished("2026-01-02");
        assertThat(spoiled.exitCode()).as(spoiled.output()).isEqualTo(8);
        assertThat(current()).isEqualTo("versions/2026-01-01");
        assertThat(result("2026-01-02").path("status").asText()).isEqualTo("refused");

        Outcome good = finished("2026-01-03");
        assertThat(good.exitCode()).as(good.output()).isZero();
        assertThat(current()).isEqualTo("versions/2026-01-03");
        JsonNode evaluation = result("2026-01-03").path("evaluation");
        assertThat(evaluation.path("candidate").path("samples").asInt()).isEqualTo(10_000);
        assertThat(evaluation.path("current_version").asText()).isEqualTo("2026-01-01");

        Outcome again = finished("2026-01-03");
        assertThat(again.exitCode()).as(again.output()).isZero();
        assertThat(again.output()).contains("is finished already");
        try (Running back = pipeline("rollback", EXAMPLE)) {
            assertThat(back.outcome().exitCode()).as(back.output()).isZero();
        }
        assertThat(current()).isEqualTo("versions/2026-01-01");
        assertThat(sandbox.read(sandbox.hdfs() + "/store/pipelines/fashion-mnist/logs/2026-01-01.log"))
                .contains("the data are there");
    }
}
