package dev.lockstep.spark.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.cluster.storage.RunDirectory;
import dev.lockstep.core.checkpoint.ModelArchive;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.hdfs.MiniDFSCluster;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A pipeline whose data, days, logs and models are on HDFS, with a reader that never stops looking at the model. */
@Tag("hdfs")
@Tag("slow")
class PipelineHdfsTest {
    private static final int DAYS = 12;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    private final Configuration configuration = new Configuration();
    private final FakeTraining training = new FakeTraining();
    private final List<String> lines = new ArrayList<>();

    @Test
    void daysArePublishedAndRolledBackWhileOthersRead() throws Exception {
        MiniDFSCluster cluster = new MiniDFSCluster.Builder(
                        configuration, folder.resolve("hdfs").toFile())
                .numDataNodes(1)
                .build();
        try {
            cluster.waitActive();
            String root = cluster.getURI().toString();
            for (int day = 1; day <= DAYS; day++) {
                cluster.getFileSystem()
                        .create(new org.apache.hadoop.fs.Path("/data/" + date(day) + "/_SUCCESS"))
                        .close();
            }
            PipelineStart start = start(root);
            assertThat(run(start, 1)).isZero();

            AtomicBoolean over = new AtomicBoolean();
            CompletableFuture<Integer> reader =
                    CompletableFuture.supplyAsync(() -> readAllTheTime(root + "/models/current", over));
            assertThat(run(start, DAYS)).isZero();
            assertThat(start.rollBack(null)).contains("to " + date(DAYS - 1));
            over.set(true);
            assertThat(reader.get(60, TimeUnit.SECONDS)).isPositive();

            RunDirectory models = RunDirectory.at(root + "/models", configuration);
            assertThat(models.readText("current").orElseThrow().lines().findFirst())
                    .contains("versions/" + date(DAYS - 1));
            assertThat(models.directory("versions").list()).hasSize(5).allMatch(name -> !name.startsWith("_"));
            assertThat(RunDirectory.at(root + "/pipeline/logs", configuration)
                            .readText(date(DAYS) + ".log")
                            .orElseThrow())
                    .contains("published as");
        } finally {
            cluster.shutdown(true);
        }
    }

    private static String date(int day) {
        return "2026-01-" + (day < 10 ? "0" : "") + day;
    }

    private PipelineStart start(String root) throws IOException {
        String yaml =
                """
                name: tiny
                job: job.yaml
                directory: ROOT/pipeline
                models: ROOT/models
                data: {path: 'ROOT/data/{date}', wait_minutes: 0}
                schedule: {start: 2026-01-01, catch_up: all}
                gate: [{figure: accuracy, at_least: 0.5, no_worse_by: 0.01}]
                """
                        .replace("ROOT", root);
        Path file = Files.writeString(folder.resolve("pipeline.yaml"), yaml);
        return new PipelineStart(file.toString(), List.of(), configuration, lines::add);
    }

    private int run(PipelineStart start, int today) {
        Clock clock = Clock.fixed(Instant.parse(date(today) + "T06:00:00Z"), ZoneOffset.UTC);
        return start.run(training, null, false, clock);
    }

    private int readAllTheTime(String current, AtomicBoolean over) {
        int reads = 0;
        while (!over.get()) {
            String location = ModelPointer.follow(current, configuration);
            try {
                assertThat(new ModelArchive(RunDirectory.storageAt(location, configuration))
                                .read()
                                .parameters())
                        .hasSize(4);
            } catch (IOException e) {
                throw new AssertionError("after " + reads + " reads", e);
            }
            reads++;
        }
        return reads;
    }
}
