package dev.lockstep.core.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.core.checksum.Sha256;
import dev.lockstep.core.data.IdxFile.Content;
import dev.lockstep.core.error.LockstepException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DigitsGeneratorTest {
    private static final String TRAIN_IMAGES = "train-images-idx3-ubyte.gz";
    private static final String TRAIN_LABELS = "train-labels-idx1-ubyte.gz";

    private final Path directory;

    DigitsGeneratorTest(@TempDir Path directory) {
        this.directory = directory;
    }

    /** The same bytes on every machine: a change of them is a change of every published figure on these digits. */
    @Test
    void bytesArePinned() throws IOException {
        DigitsGenerator.writeIfAbsent(directory, spec(300, 40, 1));
        assertThat(Sha256.of(directory.resolve(TRAIN_IMAGES)))
                .isEqualTo("f93f58e7bb369f12c41a06e258a5a91b1c06b892e512d6f0228b35954b9b1683");
        assertThat(Sha256.of(directory.resolve(TRAIN_LABELS)))
                .isEqualTo("25496b7f08660434d0c75d4938ec01e59b591dc886cf7a23d962ae64b15e30f5");
    }

    @Test
    void bytesDoNotDependOnThreads() throws Exception {
        DigitsData spec = spec(700, 30, 5);
        ForkJoinPool one = new ForkJoinPool(1);
        ForkJoinPool several = new ForkJoinPool(5);
        try {
            one.submit(() -> DigitsGenerator.writeIfAbsent(directory.resolve("one"), spec))
                    .get(60, TimeUnit.SECONDS);
            several.submit(() -> DigitsGenerator.writeIfAbsent(directory.resolve("several"), spec))
                    .get(60, TimeUnit.SECONDS);
        } finally {
            one.shutdownNow();
            several.shutdownNow();
        }
        assertThat(Files.readString(directory.resolve("one").resolve(DigitsGenerator.SUMS)))
                .isEqualTo(Files.readString(directory.resolve("several").resolve(DigitsGenerator.SUMS)));
    }

    @Test
    void aSampleDoesNotDependOnHowManyThereAre() throws IOException {
        DigitsGenerator.writeIfAbsent(directory.resolve("few"), spec(50, 10, 3));
        DigitsGenerator.writeIfAbsent(directory.resolve("many"), spec(5000, 10, 3));
        byte[] few = images(directory.resolve("few"));
        byte[] many = images(directory.resolve("many"));
        assertThat(Arrays.copyOf(many, few.length)).isEqualTo(few);
        assertThat(images(directory.resolve("few"), "t10k-images-idx3-ubyte.gz"))
                .as("the test set is another one")
                .isNotEqualTo(Arrays.copyOf(few, 7840));
    }

    @Test
    void picturesAreCentredGreyAndOfAllClasses() throws IOException {
        DigitsGenerator.writeIfAbsent(directory, spec(2000, 10, 8));
        byte[] images = images(directory);
        long sum = 0;
        int border = 0;
        int full = 0;
        for (int i = 0; i < images.length; i++) {
            int value = images[i] & 0xFF;
            sum += value;
            full += value == 255 ? 1 : 0;
            int row = i % 784 / 28;
            int column = i % 28;
            border += value > 127 && (row == 0 || row == 27 || column == 0 || column == 27) ? 1 : 0;
        }
        // MNIST's mean is 0.131; ours is of the same kind.
        assertThat(sum / 255.0 / images.length).isBetween(0.08, 0.18);
        assertThat(full).isPositive();
        assertThat(border).as("ink on the border").isLessThan(400);
        byte[] labels = IdxFile.readLabels(Files.newInputStream(directory.resolve(TRAIN_LABELS)), "labels");
        assertThat(ClassLabels.counts(labels.length, i -> labels[i], "labels"))
                .hasSize(10)
                .allMatch(count -> count > 140 && count < 260);
    }

    /** Too easy data would not tell a network from a linear model; the network's side is the job's end-to-end test. */
    @Test
    void aLinearModelStaysWellBelowTheNetwork() throws IOException {
        DigitsGenerator.writeIfAbsent(directory, spec(20_000, 4_000, 1));
        byte[] trainLabels = IdxFile.readLabels(Files.newInputStream(directory.resolve(TRAIN_LABELS)), "train");
        byte[] testLabels =
                IdxFile.readLabels(Files.newInputStream(directory.resolve("t10k-labels-idx1-ubyte.gz")), "test");
        LinearModel model = new LinearModel();
        byte[] trainImages = images(directory);
        for (int epoch = 0; epoch < 6; epoch++) {
            for (int sample = 0; sample < trainLabels.length; sample++) {
                model.learn(trainImages, sample * 784, trainLabels[sample], 0.01f / (1 + epoch));
            }
        }
        byte[] testImages = images(directory, "t10k-images-idx3-ubyte.gz");
        int right = 0;
        for (int sample = 0; sample < testLabels.length; sample++) {
            right += model.predict(testImages, sample * 784) == testLabels[sample] ? 1 : 0;
        }
        double accuracy = (double) right / testLabels.length;
        System.out.println("DigitsGeneratorTest: accuracy of a linear model " + accuracy);
        assertThat(accuracy).isBetween(0.85, 0.93);
    }

    /** Softmax regression by plain stochastic gradient descent, one sample at a time. */
    private static final class LinearModel {
        private final float[][] weights = new float[784][10];
        private final float[] biases = new float[10];
        private final float[] outputs = new float[10];

        private int predict(byte[] images, int offset) {
            System.arraycopy(biases, 0, outputs, 0, 10);
            for (int i = 0; i < 784; i++) {
                float value = (images[offset + i] & 0xFF) / 255f;
                for (int digit = 0; value != 0 && digit < 10; digit++) {
                    outputs[digit] += value * weights[i][digit];
                }
            }
            int best = 0;
            for (int digit = 1; digit < 10; digit++) {
                best = outputs[digit] > outputs[best] ? digit : best;
            }
            return best;
        }

        private void learn(byte[] images, int offset, int label, float rate) {
            float largest = outputs[predict(images, offset)];
            float sum = 0;
            for (int digit = 0; digit < 10; digit++) {
                outputs[digit] = (float) Math.exp(outputs[digit] - largest);
                sum += outputs[digit];
            }
            for (int digit = 0; digit < 10; digit++) {
                outputs[digit] = rate * (outputs[digit] / sum - (digit == label ? 1 : 0));
                biases[digit] -= outputs[digit];
            }
            for (int i = 0; i < 784; i++) {
                float value = (images[offset + i] & 0xFF) / 255f;
                for (int digit = 0; value != 0 && digit < 10; digit++) {
                    weights[i][digit] -= value * outputs[digit];
                }
            }
        }
    }

    @Test
    void keepsWhatMatchesAndReplacesWhatDoesNot() throws IOException {
        DigitsData spec = spec(60, 20, 1);
        assertThat(DigitsGenerator.writeIfAbsent(directory, spec)).isTrue();
        byte[] good = Files.readAllBytes(directory.resolve(TRAIN_IMAGES));
        assertThat(DigitsGenerator.writeIfAbsent(directory, spec)).isFalse();

        Files.write(directory.resolve(TRAIN_IMAGES), Arrays.copyOf(good, good.length - 1));
        assertThat(DigitsGenerator.writeIfAbsent(directory, spec)).isTrue();
        assertThat(directory.resolve(TRAIN_IMAGES)).hasBinaryContent(good);

        Files.delete(directory.resolve(TRAIN_LABELS));
        assertThat(DigitsGenerator.writeIfAbsent(directory, spec)).isTrue();
        assertThat(DigitsGenerator.writeIfAbsent(directory, spec(60, 20, 2))).isTrue();
        assertThat(Files.readAllBytes(directory.resolve(TRAIN_IMAGES))).isNotEqualTo(good);
        Files.writeString(directory.resolve(DigitsGenerator.SUMS), "{ not json");
        assertThat(DigitsGenerator.writeIfAbsent(directory, spec)).isTrue();
        assertThat(directory.resolve(TRAIN_IMAGES)).hasBinaryContent(good);
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .as("no temporary files stay")
                    .containsExactlyInAnyOrder(
                            DigitsGenerator.SUMS,
                            TRAIN_IMAGES,
                            TRAIN_LABELS,
                            "t10k-images-idx3-ubyte.gz",
                            "t10k-labels-idx1-ubyte.gz");
        }
    }

    @Test
    void neverOverwritesFilesOfOthers() throws IOException {
        Files.writeString(directory.resolve(TRAIN_LABELS), "someone's");
        assertThatThrownBy(() -> DigitsGenerator.writeIfAbsent(directory, spec(10, 10, 1)))
                .isInstanceOf(LockstepException.class)
                .hasMessageContaining("holds " + TRAIN_LABELS + " but no digits.json");
        assertThat(directory.resolve(TRAIN_LABELS)).hasContent("someone's");
    }

    @Test
    void becomesAnOrdinaryIdxDataSet() {
        IdxData idx = DigitsGenerator.asIdxData(directory, spec(10, 10, 1));
        assertThat(idx.directory()).isEqualTo(directory.toString());
        assertThat(idx.trainImages()).isEqualTo(TRAIN_IMAGES);
        assertThat(idx.scale()).isEqualTo(255);
    }

    private static DigitsData spec(int train, int test, long seed) {
        return new DigitsData(train, test, seed, null, 255, new ValidationSpec(0, ValidationSpec.Method.RANDOM));
    }

    private static byte[] images(Path directory) throws IOException {
        return images(directory, TRAIN_IMAGES);
    }

    private static byte[] images(Path directory, String name) throws IOException {
        try (IdxFile file = IdxFile.open(Files.newInputStream(directory.resolve(name)), name, Content.IMAGES)) {
            byte[] values = new byte[file.header().samples() * file.header().sampleBytes()];
            file.read(values, 0, file.header().samples());
            return values;
        }
    }
}
