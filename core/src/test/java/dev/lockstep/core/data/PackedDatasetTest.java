package dev.lockstep.core.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.core.error.LockstepException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PackedDatasetTest {
    private static final int SAMPLES = 23;
    private static final IdxHeader IMAGES = IdxHeader.images(SAMPLES, 3, 5);
    private static final byte[] PIXELS = IdxFileTest.pixels(SAMPLES * 15);

    private final Path directory;

    PackedDatasetTest(@TempDir Path directory) {
        this.directory = directory;
    }

    @Test
    void packsIdxInPartsAndReadsTheSameSamples() throws IOException {
        PackedManifest manifest = pack(4);
        try (PackedDataset data = PackedDataset.open(directory, manifest, 255, LabelView.asIs())) {
            data.verify();
            assertThat(data.sampleCount()).isEqualTo(SAMPLES);
            assertThat(data.featureShape()).isEqualTo(Shape.of(3, 5));
            assertThat(data.labelWidth()).isEqualTo(1);
            int[] indices = {22, 0, 5, 6, 6, 17, 11};
            MiniBatch batch = new MiniBatch(6, 15, 1);
            data.read(indices, 1, 7, batch);
            assertThat(batch.size()).isEqualTo(6);
            for (int row = 0; row < 6; row++) {
                int sample = indices[row + 1];
                assertThat(batch.sampleIndices()[row]).isEqualTo(sample);
                assertThat(batch.labels()[row]).isEqualTo(sample % 4).isEqualTo(data.label(sample));
                for (int i = 0; i < 15; i++) {
                    assertThat(batch.features()[row * 15 + i])
                            .isEqualTo((float) ((PIXELS[sample * 15 + i] & 0xFF) / 255.0));
                }
            }
            data.read(indices, 3, 3, batch);
            assertThat(batch.size()).isZero();
        }
    }

    @Test
    void readsTheSameHoweverItIsCut() throws IOException {
        int[] all = IntStream.range(0, SAMPLES).toArray();
        MiniBatch expected = read(pack(1), all, LabelView.asIs());
        for (int parts : new int[] {2, 3, 7, SAMPLES}) {
            MiniBatch found = read(pack(parts), all, LabelView.asIs());
            assertThat(found.features()).isEqualTo(expected.features());
            assertThat(found.labels()).isEqualTo(expected.labels());
        }
    }

    @Test
    void severalThreadsReadAtOnce() throws Exception {
        PackedManifest manifest = pack(5);
        int[] all = IntStream.range(0, SAMPLES).toArray();
        float[] expected = read(manifest, all, LabelView.asIs()).features();
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try (PackedDataset data = PackedDataset.open(directory, manifest, 255, LabelView.asIs())) {
            List<Future<Boolean>> results = new ArrayList<>();
            for (int thread = 0; thread < 4; thread++) {
                int first = thread;
                results.add(threads.submit(() -> {
                    MiniBatch batch = new MiniBatch(1, 15, 1);
                    boolean same = true;
                    for (int i = 0; i < 5000; i++) {
                        int sample = (first * 7 + i) % SAMPLES;
                        data.read(all, sample, sample + 1, batch);
                        same &= Arrays.equals(batch.features(), 0, 15, expected, sample * 15, sample * 15 + 15);
                    }
                    return same;
                }));
            }
            for (Future<Boolean> result : results) {
                assertThat(result.get(60, TimeUnit.SECONDS)).isTrue();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void presentsClassIndicesAsOneHot() throws IOException {
        MiniBatch batch = new MiniBatch(3, 15, 5);
        Arrays.fill(batch.labels(), 9f);
        try (PackedDataset data = PackedDataset.open(directory, pack(2), 1, LabelView.oneHot(5))) {
            assertThat(data.labelWidth()).isEqualTo(5);
            assertThat(data.label(6)).isEqualTo(2);
            data.read(new int[] {6, 3, 20}, 0, 3, batch);
        }
        assertThat(batch.labels()).containsExactly(0, 0, 1, 0, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0);
    }

    @Test
    void refusesViewsThatDoNotFit() throws IOException {
        PackedManifest manifest = pack(2);
        assertRefused(
                () -> PackedDataset.open(directory, manifest, 1, LabelView.oneHot(3)),
                "the labels have 4 classes (0..3), the network has 3 outputs; give the last layer 4 units");
        PackedManifest targets = packFloats();
        assertRefused(
                () -> PackedDataset.open(directory, targets, 1, LabelView.oneHot(3)),
                "one-hot labels need one class index a sample; this data set has targets that are no classes");
        assertThatThrownBy(() -> LabelView.oneHot(1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> PackedDataset.open(directory, manifest, 0, LabelView.asIs()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void keepsFloatsAndVectorLabels() throws IOException {
        PackedManifest manifest = packFloats();
        try (PackedDataset data = PackedDataset.open(directory, manifest, 4, LabelView.asIs())) {
            data.verify();
            MiniBatch batch = new MiniBatch(2, 2, 3);
            data.read(new int[] {2, 0}, 0, 2, batch);
            assertThat(batch.features()).containsExactly(1.25f, -1.5f, 0.25f, -0.5f);
            assertThat(batch.labels()).containsExactly(6.5f, 7.5f, 8.5f, 0.5f, 1.5f, 2.5f);
            assertThat(data.label(1)).isEqualTo(3.5f);
        }
    }

    @Test
    void keepsLargeClassIndices() throws IOException {
        PackedHeader header = new PackedHeader(0, 2, Shape.of(1), ElementType.F32, 1, ElementType.I32);
        try (PackedWriter writer = new PackedWriter(new ByteArrayOutputStream(), header)) {
            assertThatThrownBy(() -> writer.writeLabels(new float[] {0.5f}, 0, 1))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("label 0.5 is no whole number");
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (PackedWriter writer = new PackedWriter(out, header)) {
            writer.writeLabels(new float[] {70_000, -3}, 0, 2);
            writer.writeFeatures(new float[] {1, 2}, 0, 2);
            writer.finish("large");
        }
        Files.write(directory.resolve("large"), out.toByteArray());
        PackedFile file = PackedFile.open(directory.resolve("large"));
        assertThat(file.label(0, 0)).isEqualTo(70_000);
        assertThat(file.label(1, 0)).isEqualTo(-3);
    }

    /** The layout as the package describes it, put together without the code under test. */
    @Test
    void layoutIsAsDocumented() throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PackedPart part;
        try (PackedWriter writer =
                new PackedWriter(out, new PackedHeader(7, 2, Shape.of(1, 3), ElementType.U8, 1, ElementType.U8))) {
            writer.writeLabels(new byte[] {4, 5}, 0, 2);
            writer.writeFeatures(new byte[] {10, 11, 12, 13, 14, 15}, 0, 6);
            part = writer.finish("part");
        }
        ByteBuffer expected = ByteBuffer.allocate(64 + 6 + 2).order(ByteOrder.LITTLE_ENDIAN);
        expected.put("LOCKPACK".getBytes(StandardCharsets.US_ASCII));
        expected.putInt(2)
                .putInt(64)
                .putLong(7)
                .putLong(2)
                .putInt(0)
                .putInt(0)
                .putInt(1)
                .putInt(2);
        expected.putInt(0).putInt(1).putInt(3).position(64);
        expected.put(new byte[] {10, 11, 12, 13, 14, 15, 4, 5});
        byte[] checksum = MessageDigest.getInstance("SHA-256").digest(expected.array());
        byte[] file = out.toByteArray();
        assertThat(file).startsWith(expected.array()).endsWith(checksum).hasSize(72 + 32);
        assertThat(part)
                .isEqualTo(new PackedPart("part", 7, 2, 104, HexFormat.of().formatHex(checksum)));
    }

    @Test
    void keepsMarksAndWeights() throws IOException {
        PackedHeader header = new PackedHeader(0, 3, Shape.of(1), ElementType.U8, 1, ElementType.U8, true, true);
        PackedPart part;
        try (PackedWriter writer = new PackedWriter(Files.newOutputStream(directory.resolve("marked")), header)) {
            writer.writeFeatures(new byte[] {7, 8, 9}, 0, 3);
            writer.writeLabels(new byte[] {1, 0, 1}, 0, 3);
            writer.writeMark(SamplePart.TEST);
            writer.writeMark(SamplePart.TRAIN);
            assertThatThrownBy(() -> writer.finish("marked")).isInstanceOf(IllegalStateException.class);
            writer.writeMark(SamplePart.VALIDATION);
            for (float weight : new float[] {0.5f, 0, 12.25f}) {
                writer.writeWeight(weight);
            }
            assertThatThrownBy(() -> writer.writeWeight(1)).hasMessageContaining("more weights");
            part = writer.finish("marked");
        }
        PackedManifest manifest = PackedManifest.of(header, List.of(1L, 2L), "a test", List.of(part));
        assertThat(PackedManifest.fromJson(manifest.toJson(), "x")).isEqualTo(manifest);
        assertThat(manifest.marks(SamplePart.TEST)).isEqualTo(1);
        assertThat(manifest.marks(SamplePart.TRAIN)).isEqualTo(1);
        try (PackedDataset data = PackedDataset.open(directory, manifest, 1, LabelView.asIs())) {
            data.verify();
            assertThat(data.isWeighted()).isTrue();
            assertThat(data.weight(2)).isEqualTo(12.25f);
            assertThat(data.weight(1)).isZero();
            assertThat(List.of(data.mark(0), data.mark(1), data.mark(2)))
                    .containsExactly(SamplePart.TEST, SamplePart.TRAIN, SamplePart.VALIDATION);
            assertThat(data.label(2)).isEqualTo(1);
            SelectedSamples some = new SelectedSamples(data, new int[] {2, 0});
            MiniBatch batch = new MiniBatch(2, 1, 1);
            some.read(new int[] {1, 0}, 0, 2, batch);
            assertThat(batch.features()).containsExactly(7, 9);
            assertThat(batch.sampleIndices()).containsExactly(0, 2);
            assertThat(some.notedIndex(1)).isZero();
            assertThat(some.sampleCount()).isEqualTo(2);
            assertThat(some.weight(0)).isEqualTo(12.25f);
        }
        try (PackedWriter writer = new PackedWriter(OutputStream.nullOutputStream(), header)) {
            assertThatThrownBy(() -> writer.writeWeight(-1)).hasMessageContaining("weight -1.0");
            assertThatThrownBy(() -> writer.writeWeight(Float.NaN)).hasMessageContaining("weight NaN");
        }
    }

    @Test
    void anOlderManifestTellsWhatItWasPackedFromAlone() {
        String old = "{\"format_version\": 1, \"source_fingerprint\": \"in.csv 12 bytes\", \"parts\": []}";
        assertThat(PackedManifest.fingerprintIn(old)).contains("in.csv 12 bytes");
        assertThat(PackedManifest.isReadable(old)).isFalse();
        assertThat(PackedManifest.fingerprintIn("no manifest")).isEmpty();
        assertThat(PackedManifest.isReadable("no manifest")).isFalse();
    }

    @Test
    void refusesUnfinishedAndOversizedParts() throws IOException {
        PackedHeader header = new PackedHeader(0, 2, Shape.of(3), ElementType.U8, 1, ElementType.U8);
        try (PackedWriter writer = new PackedWriter(new ByteArrayOutputStream(), header)) {
            writer.writeFeatures(new byte[6], 0, 6);
            assertThatThrownBy(() -> writer.finish("x")).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> writer.writeFeatures(new byte[1], 0, 1))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> writer.writeFeatures(new float[1], 0, 1))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        assertRefused(
                () -> new PackedWriter(
                        OutputStream.nullOutputStream(),
                        new PackedHeader(0, 3_000_000, Shape.of(28, 28), ElementType.U8, 1, ElementType.U8)),
                "a packed part of 3000000 samples of 784 U8 values would have 2355000096 bytes; a part may have"
                        + " 2147483647: pack the data in more parts");
    }

    @Test
    void noticesDamage() throws IOException {
        PackedManifest manifest = pack(2);
        Path part = directory.resolve(manifest.parts().get(1).name());
        byte[] good = Files.readAllBytes(part);

        byte[] flipped = good.clone();
        flipped[100] ^= 1;
        Files.write(part, flipped);
        try (PackedDataset data = PackedDataset.open(directory, manifest, 1, LabelView.asIs())) {
            assertThatThrownBy(data::verify)
                    .isInstanceOf(LockstepException.class)
                    .hasMessageContaining(part + " is damaged: its content has SHA-256 ");
        }
        Files.write(part, Arrays.copyOf(good, good.length - 1));
        assertOpenFails(manifest, "is truncated or damaged: it has " + (good.length - 1) + " bytes");
        Files.write(part, Arrays.copyOf(good, 10));
        assertOpenFails(manifest, "is no packed file");
        Files.write(part, new byte[0]);
        assertOpenFails(manifest, "is no packed file");
        byte[] newer = good.clone();
        newer[8] = 3;
        Files.write(part, newer);
        assertOpenFails(manifest, "has packed format 3, this version reads 2");
        byte[] strange = good.clone();
        strange[48] = 4;
        Files.write(part, strange);
        assertOpenFails(manifest, "has a damaged header: flags 4 are unknown");
        byte[] endless = good.clone();
        endless[44] = 100;
        Files.write(part, endless);
        assertOpenFails(manifest, "expected 1 to 16 dimensions, found 100");
        Files.copy(directory.resolve(manifest.parts().get(0).name()), part, StandardCopyOption.REPLACE_EXISTING);
        assertOpenFails(manifest, "is not the part that the manifest names");
        Files.delete(part);
        assertOpenFails(manifest, "packed file not found: " + part);
    }

    @Test
    void manifestSurvivesJsonAndChecksItsParts() throws IOException {
        PackedManifest manifest = pack(3);
        String json = manifest.toJson();
        assertThat(json)
                .contains("\"class_counts\"")
                .contains("\"first_sample\"")
                .contains("\"feature_shape\"");
        assertThat(PackedManifest.fromJson(json, "manifest.json")).isEqualTo(manifest);
        assertThat(manifest.totalSamples()).isEqualTo(SAMPLES);
        assertThat(manifest.classCount()).isEqualTo(4);
        assertThat(manifest.sha256OfContents()).hasSize(64).isEqualTo(pack(3).sha256OfContents());
        PackedManifest regression = packFloats();
        assertThat(PackedManifest.fromJson(regression.toJson(), "x")).isEqualTo(regression);

        List<PackedPart> parts = new ArrayList<>(manifest.parts());
        PackedPart middle = parts.remove(1);
        assertRefused(
                () -> with(manifest, parts),
                "packed parts leave a gap between part-0 and part-2: expected sample 8, found 16; pack the data"
                        + " again");
        parts.add(new PackedPart("again", 7, 9, middle.bytes(), middle.sha256()));
        assertThatThrownBy(() -> with(manifest, parts)).hasMessageContaining("an overlap between part-0 and again");
        assertThatThrownBy(() -> with(manifest, List.of())).hasMessageContaining("without parts");
        assertThatThrownBy(() -> PackedManifest.fromJson(json.replace("part-0", "../part-0"), "manifest.json"))
                .isInstanceOf(LockstepException.class)
                .hasMessageContaining("a plain file name");
        assertThatThrownBy(() -> PackedManifest.fromJson(json.replace("label_width", "label_with"), "manifest.json"))
                .isInstanceOf(LockstepException.class)
                .hasMessageStartingWith("manifest.json is no manifest of packed data: ");
    }

    @Test
    void inMemorySamplesReadLikePackedOnes() {
        float[] features = {1, 2, 3, 4, 5, 6};
        float[] labels = {0, 1, 2};
        try (InMemorySamples samples = new InMemorySamples(Shape.of(2), 1, features, labels)) {
            assertThat(samples.sampleCount()).isEqualTo(3);
            assertThat(samples.label(2)).isEqualTo(2);
            MiniBatch batch = new MiniBatch(2, 2, 1);
            samples.read(new int[] {2, 0}, 0, 2, batch);
            assertThat(batch.features()).containsExactly(5, 6, 1, 2);
            assertThat(batch.labels()).containsExactly(2, 0);
            assertThat(batch.sampleIndices()).containsExactly(2, 0);
            assertThatThrownBy(() -> samples.read(new int[] {3}, 0, 1, batch))
                    .isInstanceOf(IndexOutOfBoundsException.class);
            assertThatThrownBy(() -> samples.read(new int[] {0}, 0, 1, new MiniBatch(1, 3, 1)))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> samples.read(new int[] {0, 1, 2}, 0, 3, batch))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> new InMemorySamples(Shape.of(4), 1, features, labels))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new InMemorySamples(Shape.of(2), 2, features, labels))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private MiniBatch read(PackedManifest manifest, int[] indices, LabelView view) {
        try (PackedDataset data = PackedDataset.open(directory, manifest, 255, view)) {
            MiniBatch batch = new MiniBatch(indices.length, data.featureShape().size(), data.labelWidth());
            data.read(indices, 0, indices.length, batch);
            return batch;
        }
    }

    private PackedManifest pack(int partCount) throws IOException {
        byte[] labels = new byte[SAMPLES];
        for (int i = 0; i < SAMPLES; i++) {
            labels[i] = (byte) (i % 4);
        }
        byte[] images = IdxFileTest.plain(IMAGES, PIXELS);
        byte[] labelFile = IdxFileTest.plain(IdxHeader.labels(SAMPLES), labels);
        IdxSummary summary = IdxSummary.read(
                new ByteArrayInputStream(images), "images", new ByteArrayInputStream(labelFile), "labels");
        List<PackedPart> parts = new ArrayList<>();
        for (int part = 0; part < partCount; part++) {
            String name = "part-" + part;
            parts.add(
                    0,
                    IdxPacker.pack(
                            new ByteArrayInputStream(images),
                            "images",
                            new ByteArrayInputStream(labelFile),
                            "labels",
                            Slice.of(0, SAMPLES, partCount, part),
                            name,
                            Files.newOutputStream(directory.resolve(name))));
        }
        return PackedManifest.of(summary.packedHeader(new Slice(0, SAMPLES)), summary.classCounts(), "a test", parts);
    }

    private PackedManifest packFloats() throws IOException {
        PackedHeader header = new PackedHeader(0, 3, Shape.of(2), ElementType.F32, 3, ElementType.F32);
        List<PackedPart> parts = new ArrayList<>();
        try (PackedWriter writer = new PackedWriter(Files.newOutputStream(directory.resolve("floats")), header)) {
            for (int row = 0; row < 3; row++) {
                writer.writeFeatures(new float[] {1 + 2f * row, -2 - 2f * row}, 0, 2);
                writer.writeLabels(new float[] {9, row * 3 + 0.5f, row * 3 + 1.5f, row * 3 + 2.5f}, 1, 3);
            }
            parts.add(writer.finish("floats"));
        }
        return PackedManifest.of(header, null, "a test", parts);
    }

    private static PackedManifest with(PackedManifest manifest, List<PackedPart> parts) {
        return new PackedManifest(
                PackedManifest.VERSION,
                manifest.featureShape(),
                manifest.featureType(),
                manifest.labelWidth(),
                manifest.labelType(),
                null,
                null,
                manifest.sourceFingerprint(),
                parts,
                manifest.marked(),
                manifest.weighted(),
                null,
                null);
    }

    private void assertOpenFails(PackedManifest manifest, String message) {
        assertThatThrownBy(() -> PackedDataset.open(directory, manifest, 1, LabelView.asIs()))
                .isInstanceOf(LockstepException.class)
                .hasMessageContaining(message);
    }

    private static void assertRefused(ThrowableAssert.ThrowingCallable call, String message) {
        assertThatThrownBy(call).isInstanceOf(LockstepException.class).hasMessage(message);
    }
}
