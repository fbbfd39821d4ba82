package dev.lockstep.core.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import dev.lockstep.core.random.CounterRandom;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The two forms of a batch's features, and what filling them costs. */
final class MiniBatchTest {
    private static final long SEED = 20_26;
    private static final double[] SCALES = {1, 255, 4, 3, 0.1, 1e-3, 127.5, 1e9};
    private static final float[] SPECIAL = {
        0f,
        -0f,
        1f,
        -1f,
        Float.MIN_VALUE,
        -Float.MIN_NORMAL,
        Float.MAX_VALUE,
        Float.NEGATIVE_INFINITY,
        Float.NaN,
        1e-40f
    };

    private final Path directory;

    MiniBatchTest(@TempDir Path directory) {
        this.directory = directory;
    }

    /** In the form they have: bytes as bytes, floats and changed values as floats; weights only where there are some. */
    @Test
    void rowsAreCopiedInTheFormTheyHave() {
        for (ElementType type : List.of(ElementType.U8, ElementType.F32)) {
            MiniBatch batch = new MiniBatch(6, 2, 3);
            batch.resize(6);
            batch.useRaw(new FeatureEncoding(type, 4));
            for (int i = 0; i < 12; i++) {
                if (type == ElementType.U8) {
                    batch.rawFeatures().put(i, (byte) (i * 20));
                } else {
                    batch.rawFeatures().putFloat(i * Float.BYTES, i * 20);
                }
            }
            for (int i = 0; i < 18; i++) {
                batch.labels()[i] = i;
                batch.sampleIndices()[i / 3] = 100 + i / 3;
            }
            MiniBatch part = new MiniBatch(3, 2, 3);
            batch.copyRows(new Slice(1, 4), part);
            assertThat(part.size()).isEqualTo(3);
            assertThat(part.rawType()).isEqualTo(type);
            assertThat(part.features()).containsExactly(10, 15, 20, 25, 30, 35);
            assertThat(part.labels()).containsExactly(3, 4, 5, 6, 7, 8, 9, 10, 11);
            assertThat(part.sampleIndices()).containsExactly(101, 102, 103);
            assertThat(part.weight(2)).isEqualTo(1);
            Arrays.fill(batch.useWeights(), 0.5f);
            batch.changeFeatures()[2] = -1;
            batch.copyRows(new Slice(1, 4), part);
            assertThat(part.hasRawFeatures()).isFalse();
            assertThat(part.features()).containsExactly(-1, 15, 20, 25, 30, 35);
            assertThat(part.weight(2)).isEqualTo(0.5f);
            batch.copyRows(new Slice(6, 6), part);
            assertThat(part.size()).isZero();
            assertThatThrownBy(() -> batch.copyRows(new Slice(5, 7), part))
                    .isInstanceOf(IndexOutOfBoundsException.class);
        }
    }

    @Test
    void everyByteDecodesToItsQuotient() throws IOException {
        byte[] pixels = new byte[256];
        for (int i = 0; i < 256; i++) {
            pixels[i] = (byte) (i * 7 + 3);
        }
        PackedManifest manifest = packBytes(pixels, 4, ElementType.U8);
        for (double scale : SCALES) {
            try (PackedDataset samples = PackedDataset.open(directory, manifest, scale, LabelView.asIs())) {
                MiniBatch batch = new MiniBatch(64, 4, 1);
                int[] order = descending(64);
                samples.read(order, 0, 64, batch);
                assertThat(batch.rawType()).isEqualTo(ElementType.U8);
                assertThat(batch.rawFeatures().capacity()).isEqualTo(256);
                for (int i = 0; i < 256; i++) {
                    int stored = pixels[order[i / 4] * 4 + i % 4] & 0xFF;
                    assertThat(batch.rawFeatures().get(i) & 0xFF).isEqualTo(stored);
                    float expected = (float) (stored / scale);
                    assertThat(Float.floatToIntBits(batch.features()[i]))
                            .as("%d / %s", stored, scale)
                            .isEqualTo(Float.floatToIntBits(expected));
                    assertThat(Math.abs(stored * batch.rawScale() - expected))
                            .isLessThanOrEqualTo(2 * Math.ulp(expected));
                }
            }
        }
    }

    @Test
    void everyFloatDecodesToItsQuotient() throws IOException {
        float[] values = new float[3_000];
        for (int i = 0; i < values.length; i++) {
            values[i] = i < SPECIAL.length
                    ? SPECIAL[i]
                    : Float.intBitsToFloat((int) CounterRandom.key(SEED, i) & 0xFF7FFFFF);
        }
        PackedManifest manifest = packFloats(values, 3);
        for (double scale : SCALES) {
            try (PackedDataset samples = PackedDataset.open(directory, manifest, scale, LabelView.asIs())) {
                MiniBatch batch = new MiniBatch(1_000, 3, 1);
                int[] order = descending(1_000);
                samples.read(order, 0, 1_000, batch);
                assertThat(batch.rawType()).isEqualTo(ElementType.F32);
                assertThat(batch.rawFeatures().capacity()).isEqualTo(values.length * Float.BYTES);
                assertThat(batch.rawScale()).isEqualTo((float) (1 / scale));
                for (int i = 0; i < values.length; i++) {
                    float stored = values[order[i / 3] * 3 + i % 3];
                    assertThat(Float.floatToIntBits(batch.rawFeatures().getFloat(i * Float.BYTES)))
                            .isEqualTo(Float.floatToIntBits(stored));
                    assertThat(Float.floatToIntBits(batch.features()[i]))
                            .as("%s / %s", stored, scale)
                            .isEqualTo(Float.floatToIntBits((float) (stored / scale)));
                }
            }
        }
    }

    @Test
    void labelsOfEveryTypeAreFloatsInEveryBatch() throws IOException {
        for (ElementType type : List.of(ElementType.U8, ElementType.F32)) {
            PackedManifest manifest = packBytes(new byte[40], 4, type);
            try (PackedDataset samples = PackedDataset.open(directory, manifest, 1, LabelView.asIs())) {
                MiniBatch batch = new MiniBatch(10, 4, 1);
                samples.read(descending(10), 0, 10, batch);
                assertThat(batch.labels()).as("%s", type).containsExactly(9, 8, 7, 6, 5, 4, 3, 2, 1, 0);
            }
        }
    }

    @Test
    void decodesOnceAFillIntoTheSameMemory() throws IOException {
        try (PackedDataset samples = PackedDataset.open(
                directory, packBytes(new byte[] {1, 2, 3, 4, 5, 6}, 2, ElementType.U8), 2, LabelView.asIs())) {
            MiniBatch batch = new MiniBatch(2, 2, 1);
            samples.read(new int[] {2, 0}, 0, 2, batch);
            ByteBuffer raw = batch.rawFeatures();
            assertThat(raw.isDirect()).isTrue();
            assertThat(raw.order()).isEqualTo(ByteOrder.nativeOrder());
            float[] features = batch.features();
            assertThat(features).containsExactly(2.5f, 3, 0.5f, 1);
            features[0] = 9;
            assertThat(batch.features()).isSameAs(features).startsWith(9);
            samples.read(new int[] {1}, 0, 1, batch);
            assertThat(batch.rawFeatures()).isSameAs(raw);
            assertThat(batch.features()).isSameAs(features).startsWith(1.5f, 2);
        }
    }

    @Test
    void samplesThatAreFloatsHaveNoRawForm() throws IOException {
        MiniBatch batch = new MiniBatch(2, 2, 1);
        try (PackedDataset packed = PackedDataset.open(
                        directory, packBytes(new byte[] {1, 2, 3, 4}, 2, ElementType.U8), 1, LabelView.asIs());
                InMemorySamples floats =
                        new InMemorySamples(Shape.of(2), 1, new float[] {5, 6, 7, 8}, new float[] {0, 1})) {
            packed.read(new int[] {0, 1}, 0, 2, batch);
            assertThat(batch.hasRawFeatures()).isTrue();
            floats.read(new int[] {1, 0}, 0, 2, batch);
            assertThat(batch.hasRawFeatures()).isFalse();
            assertThat(batch.features()).containsExactly(7, 8, 5, 6);
            assertThatThrownBy(batch::rawFeatures)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("no raw form");
            assertThatThrownBy(batch::rawScale).isInstanceOf(IllegalStateException.class);
        }
        assertThatThrownBy(() -> new FeatureEncoding(ElementType.I32, 1)).isInstanceOf(IllegalArgumentException.class);
    }

    /** The collector must have nothing to do while a run goes on. */
    @Test
    void fillingAllocatesNothing() throws IOException {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long thread = Thread.currentThread().getId();
        int[] order = descending(100);
        for (LabelView view : List.of(LabelView.asIs(), LabelView.oneHot(100))) {
            try (PackedDataset samples =
                    PackedDataset.open(directory, packBytes(new byte[2_000], 20, ElementType.U8), 255, view)) {
                MiniBatch batch = new MiniBatch(50, 20, samples.labelWidth());
                long fewest = Long.MAX_VALUE;
                // The first rounds also load classes and compile.
                for (int round = 0; round < 5; round++) {
                    long before = threads.getThreadAllocatedBytes(thread);
                    for (int read = 0; read < 1_000; read++) {
                        samples.read(order, read % 50, read % 50 + 50, batch);
                        batch.features();
                    }
                    fewest = Math.min(fewest, threads.getThreadAllocatedBytes(thread) - before);
                }
                assertThat(fewest).as("bytes in 1,000 reads").isLessThan(2_000);
            }
        }
    }

    /** Parts as large as a map can be, mostly holes in the file: positions must not overflow. */
    @Test
    void readsTheLastRowsOfPartsOfTwoGibibytes() throws IOException {
        Shape shape = Shape.of(1 << 20);
        List<PackedPart> parts = new ArrayList<>();
        PackedHeader header = new PackedHeader(0, 2_047, shape, ElementType.U8, 1, ElementType.U8);
        for (int part = 0; part < 2; part++) {
            PackedHeader own = new PackedHeader(part * 2_047, 2_047, shape, ElementType.U8, 1, ElementType.U8);
            String name = "part-" + part;
            try (RandomAccessFile file =
                    new RandomAccessFile(directory.resolve(name).toFile(), "rw")) {
                file.write(own.encoded());
                file.setLength(own.fileBytes());
                file.seek(own.headerBytes() + own.featureBytes() - 1);
                file.write(200 + part);
                file.seek(own.checksumOffset() - 1);
                file.write(7 + part);
            }
            parts.add(new PackedPart(name, own.firstSample(), 2_047, own.fileBytes(), "0".repeat(64)));
        }
        PackedManifest manifest = PackedManifest.of(header, null, "a test", parts);
        assertThat(manifest.totalBytes()).isGreaterThan(Integer.MAX_VALUE);
        try (PackedDataset samples = PackedDataset.open(directory, manifest, 1, LabelView.asIs())) {
            MiniBatch batch = new MiniBatch(2, 1 << 20, 1);
            samples.read(new int[] {4_093, 2_046}, 0, 2, batch);
            assertThat(batch.rawFeatures().get((1 << 20) - 1) & 0xFF).isEqualTo(201);
            assertThat(batch.features()[(1 << 21) - 1]).isEqualTo(200);
            assertThat(batch.labels()).containsExactly(8, 7);
        }
    }

    private static int[] descending(int count) {
        int[] order = new int[count];
        Arrays.setAll(order, i -> count - 1 - i);
        return order;
    }

    /** Two parts with the given features; the label of a sample is its index. */
    private PackedManifest packBytes(byte[] pixels, int width, ElementType labelType) throws IOException {
        int samples = pixels.length / width;
        List<PackedPart> parts = new ArrayList<>();
        for (int part = 0; part < 2; part++) {
            Slice slice = Slice.of(0, samples, 2, part);
            String name = "bytes-" + part;
            try (PackedWriter writer = new PackedWriter(
                    Files.newOutputStream(directory.resolve(name)),
                    new PackedHeader(slice.from(), slice.size(), Shape.of(width), ElementType.U8, 1, labelType))) {
                writer.writeFeatures(pixels, slice.from() * width, slice.size() * width);
                for (int i = slice.from(); i < slice.to(); i++) {
                    writer.writeLabels(new float[] {i}, 0, 1);
                }
                parts.add(writer.finish(name));
            }
        }
        List<Long> counts = new ArrayList<>();
        for (int i = 0; i < samples; i++) {
            counts.add(1L);
        }
        return PackedManifest.of(
                new PackedHeader(0, samples, Shape.of(width), ElementType.U8, 1, labelType),
                labelType == ElementType.F32 ? null : counts,
                "a test",
                parts);
    }

    private PackedManifest packFloats(float[] values, int width) throws IOException {
        int samples = values.length / width;
        PackedHeader header = new PackedHeader(0, samples, Shape.of(width), ElementType.F32, 1, ElementType.F32);
        try (PackedWriter writer = new PackedWriter(Files.newOutputStream(directory.resolve("floats")), header)) {
            writer.writeFeatures(values, 0, values.length);
            writer.writeLabels(new float[samples], 0, samples);
            return PackedManifest.of(header, null, "a test", List.of(writer.finish("floats")));
        }
    }
}
