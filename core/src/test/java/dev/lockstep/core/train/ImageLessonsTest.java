package dev.lockstep.core.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.core.config.JobConfig;
import dev.lockstep.core.config.JobFile;
import dev.lockstep.core.data.DigitsData;
import dev.lockstep.core.data.IdxData;
import dev.lockstep.core.data.InMemorySamples;
import dev.lockstep.core.data.Shape;
import dev.lockstep.core.model.NetworkPlan;
import dev.lockstep.core.model.loss.LossSpec.LabelKind;
import dev.lockstep.core.random.CounterRandom;
import dev.lockstep.core.sync.DivergedException;
import dev.lockstep.core.train.TrainingOutcome.Status;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every example that takes its images from IDX files or draws digits trains for a few steps on two workers, with noise in
 * the place of the images. The other examples do so through the command line.
 */
class ImageLessonsTest {
    private static final Path EXAMPLES =
            Path.of(System.getProperty("lockstep.root")).resolve("examples");
    private static final Shape IMAGE = Shape.of(28, 28);
    private static final int TRAIN = 300;
    private static final int VALIDATION = 60;
    private static final int CLASSES = 10;

    /** The one whose lesson is that it does not work. */
    private static final String DIVERGES = "weight-initialisation-relu-normal.yaml";

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    static Stream<Path> examples() throws IOException {
        try (Stream<Path> files = Files.list(EXAMPLES)) {
            return files
                    .filter(file -> file.toString().endsWith(".yaml"))
                    .filter(file -> !String.valueOf(file.getFileName()).startsWith("pipeline-"))
                    .filter(file -> isOfImages(job(file)))
                    .sorted()
                    .toList()
                    .stream();
        }
    }

    private static JobConfig job(Path file, String... overrides) {
        try {
            return JobFile.read(
                    Files.readString(file), file.toString(), List.of(overrides), Map.of("LOCKSTEP_DATA", "unused"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isOfImages(JobConfig job) {
        return job.data() instanceof IdxData || job.data() instanceof DigitsData;
    }

    private static TrainingData noise(NetworkPlan plan, long seed) {
        int outputs = plan.outputShape().size();
        int width = plan.loss().labelKind() == LabelKind.CLASS_INDEX ? 1 : outputs;
        int count = TRAIN + VALIDATION;
        float[] features = new float[count * IMAGE.size()];
        float[] labels = new float[count * width];
        long key = CounterRandom.key(seed, "noise");
        for (int i = 0; i < features.length; i++) {
            features[i] = CounterRandom.uniformFloat(key, i);
        }
        for (int i = 0; i < count; i++) {
            if (width == 1) {
                labels[i] = i % CLASSES;
            } else {
                labels[i * width + i % CLASSES] = 1;
            }
        }
        return new TrainingData(
                new InMemorySamples(IMAGE, width, features, labels),
                IntStream.range(0, TRAIN).toArray(),
                IntStream.range(TRAIN, count).toArray(),
                null);
    }

    @ParameterizedTest
    @MethodSource("examples")
    void trainsForAFewSteps(Path example) {
        JobConfig job = job(example, "training.epochs=1");
        NetworkPlan plan = NetworkPlan.of(job.model(), IMAGE, job.training().loss());
        InProcessTraining training = new InProcessTraining(job, noise(plan, job.seed()), 2, directory);
        if (example.endsWith(DIVERGES)) {
            assertThatThrownBy(training::run).isInstanceOf(DivergedException.class);
            return;
        }
        InProcessTraining.Result result = training.run();
        assertThat(result.outcome().status()).isEqualTo(Status.COMPLETED);
        int batch = job.training().batchSize();
        assertThat(result.outcome().step()).isEqualTo((TRAIN + batch - 1) / batch);
        assertThat(result.events()).anyMatch(event -> event.contains("\"val_loss\":"));
    }
}
