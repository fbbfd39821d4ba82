package dev.lockstep.spark.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.core.data.DigitsData;
import dev.lockstep.core.data.ElementType;
import dev.lockstep.core.data.IdxData;
import dev.lockstep.core.data.PackedHeader;
import dev.lockstep.core.data.PackedManifest;
import dev.lockstep.core.data.Shape;
import dev.lockstep.core.data.ValidationSpec;
import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import dev.lockstep.spark.LocalSpark;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** IDX files and drawn digits through Spark's tasks into packed parts. */
@Tag("spark")
class ImagePackingTest {
    private static final ValidationSpec NO_VALIDATION = new ValidationSpec(0, ValidationSpec.Method.RANDOM);
    private static final int SAMPLES = 11_000;
    private static final long SEED = 4711;

    @RegisterExtension
    static final LocalSpark SPARK = new LocalSpark();

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    private org.apache.hadoop.fs.Path target() {
        return new org.apache.hadoop.fs.Path(folder.resolve("packed").toUri());
    }

    private IdxData idx() {
        return new IdxData(folder.toString(), "images.gz", "labels", IdxData.NONE, IdxData.NONE, 1, NO_VALIDATION);
    }

    private static byte[] file(int magic, int[] sizes, byte[] content) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream stream = new DataOutputStream(bytes)) {
            stream.writeInt(magic);
            for (int size : sizes) {
                stream.writeInt(size);
            }
            stream.write(content);
        }
        return bytes.toByteArray();
    }

    private static byte[] gzip(byte[] plain) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream stream = new GZIPOutputStream(bytes)) {
            stream.write(plain);
        }
        return bytes.toByteArray();
    }

    /** Images of 2x3 random pixels, written by this test's own hand. */
    private List<List<Float>> writeImages(int labelCount) throws IOException {
        Random random = new Random(SEED);
        byte[] pixels = new byte[SAMPLES * 6];
        random.nextBytes(pixels);
        byte[] labels = new byte[labelCount];
        List<List<Float>> rows = new ArrayList<>();
        for (int i = 0; i < SAMPLES; i++) {
            List<Float> row = new ArrayList<>();
            for (int j = 0; j < 6; j++) {
                row.add((float) (pixels[i * 6 + j] & 0xFF));
            }
            byte label = (byte) random.nextInt(7);
            if (i < labelCount) {
                labels[i] = label;
            }
            row.add((float) label);
            rows.add(row);
        }
        Files.write(folder.resolve("images.gz"), gzip(file(0x803, new int[] {SAMPLES, 2, 3}, pixels)));
        Files.write(folder.resolve("labels"), file(0x801, new int[] {labelCount}, labels));
        return rows;
    }

    @Test
    void idxIsPackedInParallelInTheOrderOfTheFile() throws IOException {
        List<List<Float>> expected = writeImages(SAMPLES);
        PackedManifest two =
                PreparedData.prepare(SPARK.context(), idx(), target(), 2).train();
        assertThat(two.parts()).hasSize(2);
        assertThat(two.featureShape()).containsExactly(2, 3);
        assertThat(PackedCopy.rows(target(), DatasetRole.TRAIN, two))
                .as("seed %d", SEED)
                .isEqualTo(expected);
    }

    @Test
    void aPartIsNeverTooLargeToBeMapped() {
        Shape shape = Shape.of(28, 28);
        assertThat(IdxDatasetPacker.pieces(new PackedHeader(0, 60_000, shape, ElementType.U8, 1, ElementType.U8), 2))
                .isEqualTo(2);
        assertThat(IdxDatasetPacker.pieces(new PackedHeader(0, 4_000, shape, ElementType.U8, 1, ElementType.U8), 2))
                .isEqualTo(1);
        PackedHeader large = new PackedHeader(0, 8_100_000, shape, ElementType.U8, 1, ElementType.U8);
        int pieces = IdxDatasetPacker.pieces(large, 2);
        assertThat(large.fileBytes() / pieces).isLessThan(Integer.MAX_VALUE / 2);
        assertThat(IdxDatasetPacker.pieces(large, 64)).isEqualTo(64);
    }

    @Test
    void digitsAreDrawnAndPackedTheSameWherever() {
        DigitsData digits = new DigitsData(200, 50, 3, null, 255, NO_VALIDATION);
        PreparedData first = PreparedData.prepare(SPARK.context(), digits, target(), 2);
        org.apache.hadoop.fs.Path other =
                new org.apache.hadoop.fs.Path(folder.resolve("other").toUri());
        PreparedData second = PreparedData.prepare(SPARK.context(), digits, other, 1);
        assertThat(PackedCopy.rows(target(), DatasetRole.TRAIN, first.train()))
                .hasSize(200)
                .isEqualTo(PackedCopy.rows(other, DatasetRole.TRAIN, second.train()));
        assertThat(Objects.requireNonNull(first.test()).totalSamples()).isEqualTo(50);
    }

    private void assertRefused(String... parts) {
        assertThatThrownBy(() -> PreparedData.prepare(SPARK.context(), idx(), target(), 2))
                .isInstanceOfSatisfying(LockstepException.class, refused -> assertThat(refused.exitCode())
                        .isEqualTo(ExitCode.DATA))
                .hasMessageContainingAll(parts);
    }

    @Test
    void damagedFilesAreToldByName() throws IOException {
        assertRefused("input path not found", "images.gz", "looked on host");

        writeImages(SAMPLES - 1);
        assertRefused("images.gz", String.valueOf(SAMPLES), String.valueOf(SAMPLES - 1), "labels");

        writeImages(SAMPLES);
        byte[] images = Files.readAllBytes(folder.resolve("images.gz"));
        Files.write(folder.resolve("images.gz"), Arrays.copyOf(images, images.length / 2));
        assertRefused("images.gz", "ends");

        Files.copy(folder.resolve("labels"), folder.resolve("images.gz"), StandardCopyOption.REPLACE_EXISTING);
        assertRefused("images.gz", "00000801", "00000803");
    }

    /** Something that the driver could not see beforehand, such as a file that only one executor lacks. */
    @Test
    void aFailingTaskIsAnAnswerWithItsOwnMessage() {
        List<String> answers = SPARK.context()
                .parallelize(List.of(0, 1), 2)
                .map(piece -> TaskAnswer.of("packing FILE", () -> {
                    if (piece == 1) {
                        throw new IOException("outer", new IOException("disk on fire"));
                    }
                    return "good";
                }))
                .collect();
        assertThatThrownBy(() -> TaskAnswer.values(answers))
                .isInstanceOf(LockstepException.class)
                .hasMessage("packing FILE: disk on fire");
        assertThat(TaskAnswer.values(answers.subList(0, 1))).containsExactly("good");
    }
}
