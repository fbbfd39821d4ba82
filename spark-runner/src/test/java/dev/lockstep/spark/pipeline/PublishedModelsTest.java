package dev.lockstep.spark.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.lockstep.cluster.storage.RunDirectory;
import dev.lockstep.core.checkpoint.ModelArchive;
import dev.lockstep.core.checkpoint.SavedModel;
import dev.lockstep.core.error.LockstepException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PublishedModelsTest {
    private static final int PARAMETERS = 20_000;

    private final Configuration configuration = new Configuration();

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    private PublishedModels models() {
        return new PublishedModels(folder.resolve("models").toString(), configuration);
    }

    private void publish(int number) throws IOException {
        RunDirectory run = RunDirectory.at(folder.resolve("run-" + number).toString(), configuration);
        run.make();
        float[] parameters = new float[PARAMETERS];
        Arrays.fill(parameters, number);
        new ModelArchive(run.storage())
                .write(
                        new SavedModel(
                                number, JsonNodeFactory.instance.objectNode().put("number", number), parameters),
                        "run",
                        () -> 1);
        String version = version(number);
        models().write(version, run, JsonNodeFactory.instance.objectNode().put("version", version), () -> 1);
        models().makeCurrent(version);
    }

    private static String version(int number) {
        return String.format(Locale.ROOT, "v%04d", number);
    }

    /** The model behind {@code current}, as a reader finds it. */
    private SavedModel read() throws IOException {
        String location = ModelPointer.follow(folder.resolve("models/current").toString(), configuration);
        return new ModelArchive(RunDirectory.storageAt(location, configuration)).read();
    }

    @Test
    void aReaderNeverSeesAMissingOrHalfModel() throws Exception {
        publish(1);
        AtomicBoolean over = new AtomicBoolean();
        CompletableFuture<Integer> reader = CompletableFuture.supplyAsync(() -> {
            int reads = 0;
            long newest = 0;
            try {
                while (!over.get() || reads == 0) {
                    SavedModel model = read();
                    for (float value : model.parameters()) {
                        if (value != model.step()) {
                            throw new AssertionError("half of " + model.step() + " and half of " + value);
                        }
                    }
                    assertThat(model.step()).isGreaterThanOrEqualTo(newest);
                    newest = model.step();
                    reads++;
                }
            } catch (IOException e) {
                throw new AssertionError("after " + reads + " reads", e);
            }
            return reads;
        });
        for (int number = 2; number <= 40; number++) {
            publish(number);
            models().prune(3);
        }
        over.set(true);
        assertThat(reader.get(60, TimeUnit.SECONDS)).isPositive();
        assertThat(read().step()).isEqualTo(40);
        assertThat(models().present()).containsExactly("v0038", "v0039", "v0040");
    }

    @Test
    void whatADeadProcessLeftIsNoVersion() throws IOException {
        publish(1);
        Path debris = Files.createDirectories(folder.resolve("models/versions/_v0002-dead/model"));
        Files.writeString(debris.resolve("parameters.f32"), "half");
        assertThat(models().present()).containsExactly("v0001");
        publish(2);
        assertThat(debris).doesNotExist();
        assertThat(read().step()).isEqualTo(2);
    }

    @Test
    void aVersionIsWrittenOnce() throws IOException {
        publish(1);
        Path parameters = folder.resolve("models/versions/v0001/model/parameters.f32");
        Object before = Files.readAttributes(parameters, "*").get("fileKey");
        publish(1);
        assertThat(Files.readAttributes(parameters, "*").get("fileKey")).isEqualTo(before);
        assertThat(Files.readAllLines(folder.resolve("models/current"))).containsExactly("versions/v0001");
    }

    @Test
    void nobodyIsSentBackToADamagedModel() throws IOException {
        publish(1);
        publish(2);
        Files.writeString(folder.resolve("models/versions/v0001/model/parameters.f32"), "x");
        assertThatThrownBy(() -> models().rollBack(Optional.empty())).isInstanceOf(LockstepException.class);
        assertThat(read().step()).isEqualTo(2);
    }

    @Test
    void otherLocationsAreNotFollowed() throws IOException {
        Files.createDirectories(folder.resolve("current"));
        for (String location : List.of("runs/a", folder + "/current", folder + "/current/", "current")) {
            assertThat(ModelPointer.follow(location, configuration)).isEqualTo(location);
        }
    }
}
