package dev.lockstep.core.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lockstep.core.data.IdxFile.Content;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** MNIST and Fashion-MNIST as published, where LOCKSTEP_DATA names a directory that has them. */
final class PublishedDataTest {
    private static final List<Long> MNIST_TRAIN =
            List.of(5923L, 6742L, 5958L, 6131L, 5842L, 5421L, 5918L, 6265L, 5851L, 5949L);
    private static final List<Long> MNIST_TEST =
            List.of(980L, 1135L, 1032L, 1010L, 982L, 892L, 958L, 1028L, 974L, 1009L);

    @ParameterizedTest
    @CsvSource({
        "mnist, train, 60000, 0.1307, 0.3081",
        "mnist, t10k, 10000, 0.1325, 0.3105",
        "fashion_mnist, train, 60000, 0.2860, 0.3530",
        "fashion_mnist, t10k, 10000, 0.2868, 0.3524"
    })
    void countsClassesMeansAndDeviations(String set, String part, int samples, double mean, double deviation)
            throws IOException {
        Path directory = directory(set);
        Path images = directory.resolve(part + "-images-idx3-ubyte.gz");
        Path labels = directory.resolve(part + "-labels-idx1-ubyte.gz");
        IdxSummary summary = IdxSummary.read(open(images), images.toString(), open(labels), labels.toString());
        assertThat(summary.sampleCount()).isEqualTo(samples);
        assertThat(summary.featureShape()).isEqualTo(Shape.of(28, 28));
        List<Long> expected = set.equals("mnist")
                ? (samples == 60_000 ? MNIST_TRAIN : MNIST_TEST)
                : Collections.nCopies(10, samples / 10L);
        assertThat(summary.classCounts()).isEqualTo(expected);

        byte[] pixels = new byte[samples * 784];
        try (IdxFile file = IdxFile.open(open(images), images.toString(), Content.IMAGES)) {
            file.read(pixels, 0, samples);
        }
        double sum = 0;
        double squares = 0;
        for (byte pixel : pixels) {
            double value = (pixel & 0xFF) / 255.0;
            sum += value;
            squares += value * value;
        }
        double found = sum / pixels.length;
        assertThat(found).isEqualTo(mean, within(0.00005));
        assertThat(Math.sqrt(squares / pixels.length - found * found)).isEqualTo(deviation, within(0.00005));
    }

    @Test
    void packsFashionInParts(@TempDir Path packed) throws IOException {
        Path directory = directory("fashion_mnist");
        Path images = directory.resolve("t10k-images-idx3-ubyte.gz");
        Path labels = directory.resolve("t10k-labels-idx1-ubyte.gz");
        IdxSummary summary = IdxSummary.read(open(images), images.toString(), open(labels), labels.toString());
        List<PackedPart> parts = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            String name = "part-" + i;
            Slice range = Slice.of(0, summary.sampleCount(), 3, i);
            parts.add(IdxPacker.pack(
                    open(images),
                    images.toString(),
                    open(labels),
                    labels.toString(),
                    range,
                    name,
                    Files.newOutputStream(packed.resolve(name))));
        }
        PackedManifest manifest = PackedManifest.of(
                summary.packedHeader(new Slice(0, summary.sampleCount())), summary.classCounts(), "fashion", parts);
        try (PackedDataset data = PackedDataset.open(packed, manifest, 255, LabelView.asIs())) {
            data.verify();
            int[] all = IntStream.range(0, data.sampleCount()).toArray();
            MiniBatch batch = new MiniBatch(all.length, 784, 1);
            data.read(all, 0, all.length, batch);
            double sum = 0;
            for (float value : batch.features()) {
                sum += value;
            }
            assertThat(sum / batch.features().length).isEqualTo(0.2868, within(0.00005));
            for (int sample : all) {
                assertThat((int) batch.labels()[sample]).isEqualTo(summary.label(sample));
            }
        }
    }

    private static InputStream open(Path file) throws IOException {
        return Files.newInputStream(file);
    }

    private static Path directory(String set) {
        String data = System.getenv("LOCKSTEP_DATA");
        Path directory = data == null ? null : Path.of(data, set);
        if (directory == null || !Files.isDirectory(directory)) {
            System.out.println("SKIPPED: PublishedDataTest needs LOCKSTEP_DATA with " + set + " in it");
        }
        Assumptions.assumeTrue(directory != null && Files.isDirectory(directory), "LOCKSTEP_DATA lacks " + set);
        return Objects.requireNonNull(directory);
    }
}
