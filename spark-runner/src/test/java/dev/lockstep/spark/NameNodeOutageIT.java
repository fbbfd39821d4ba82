package dev.lockstep.spark;

import static dev.lockstep.spark.ExampleTraining.DEADLINE;
import static dev.lockstep.spark.ExampleTraining.LOCAL;
import static dev.lockstep.spark.ExampleTraining.SEPARATE_EXECUTORS;
import static dev.lockstep.spark.ExampleTraining.command;
import static dev.lockstep.spark.ExampleTraining.complete;
import static dev.lockstep.spark.ExampleTraining.result;
import static dev.lockstep.spark.ExampleTraining.start;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lockstep.spark.launch.RunningLockstep;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.hdfs.MiniDFSCluster;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A whole run on HDFS whose name node is away for a minute: longer than the run's lease lives. */
@Tag("spark")
@Tag("hdfs")
@Tag("slow")
class NameNodeOutageIT {
    private static final Duration OUTAGE = Duration.ofSeconds(60);
    private static final Duration SHORT_OUTAGE = Duration.ofSeconds(40);

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    private static String text(MiniDFSCluster hdfs, String run, String file) throws IOException {
        try (FSDataInputStream stream = hdfs.getFileSystem().open(new org.apache.hadoop.fs.Path(run, file))) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void aRunOutlivesItsNameNodesAbsence() throws Exception {
        outlived(OUTAGE, training -> {}, 0);
    }

    /** It comes back before the name node does, and finds nothing that it could begin with. */
    @Test
    void aWorkerThatIsRestartedMeanwhileWaitsForTheNameNode() throws Exception {
        outlived(
                SHORT_OUTAGE,
                training -> {
                    training.executors().get(1).destroyForcibly();
                    training.awaitOutput("Worker waits: .*cannot be read", DEADLINE);
                },
                1);
    }

    /** What happens while the name node is away. */
    @FunctionalInterface
    private interface Meanwhile {
        void happens(RunningLockstep training) throws IOException, InterruptedException;
    }

    private void outlived(Duration outage, Meanwhile meanwhile, int rejoins) throws Exception {
        String every = "checkpoint.every=1 epoch";
        Path undisturbed = directory.resolve("undisturbed");
        complete(directory, command("digits.yaml", undisturbed.toString(), LOCAL, every));
        Path state = Files.createTempDirectory(Files.createDirectories(Path.of("target", "hdfs")), "outage");
        MiniDFSCluster hdfs = new MiniDFSCluster.Builder(
                        new Configuration(), state.toAbsolutePath().toFile())
                .numDataNodes(2)
                .build();
        try {
            hdfs.waitActive();
            String run = hdfs.getURI() + "/runs/digits";
            try (RunningLockstep training = start(directory, command("digits.yaml", run, SEPARATE_EXECUTORS, every))) {
                training.awaitOutput("Checkpoint: step ", DEADLINE);
                hdfs.shutdownNameNode(0);
                long away = System.nanoTime();
                meanwhile.happens(training);
                TimeUnit.NANOSECONDS.sleep(outage.toNanos() - (System.nanoTime() - away));
                hdfs.restartNameNode(0, true);
                assertThat(training.awaitExit(DEADLINE)).as(training.output()).isZero();
                if (rejoins == 0) {
                    assertThat(training.output()).contains("was not written (attempt 1, again in");
                }
            }
            JsonNode expected = result(undisturbed);
            JsonNode actual = new ObjectMapper().readTree(text(hdfs, run, "result.json"));
            assertThat(actual.path("parameters_sha256")).isEqualTo(expected.path("parameters_sha256"));
            assertThat(actual.path("restarts").asInt()).isZero();
            assertThat(actual.path("worker_rejoins").asInt()).isEqualTo(rejoins);
            assertEveryEpochIsThereOnce(text(hdfs, run, "metrics.jsonl"), expected);
        } finally {
            hdfs.shutdown(true);
        }
    }

    private static void assertEveryEpochIsThereOnce(String metrics, JsonNode expected) throws IOException {
        List<Integer> epochs = new ArrayList<>();
        for (String line : metrics.split("\n", -1)) {
            JsonNode event = new ObjectMapper().readTree(line);
            if (event.path("event").asText().equals("epoch")) {
                epochs.add(event.path("epoch").asInt());
            }
        }
        assertThat(epochs).hasSize(expected.path("epochs").asInt()).isSorted().doesNotHaveDuplicates();
    }
}
