package dev.lockstep.spark.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.core.data.ImageFolderData;
import dev.lockstep.core.data.ImageFolderData.ColorMode;
import dev.lockstep.core.data.ImageFolderData.Interpolation;
import dev.lockstep.core.data.ImageFolderData.OnUnreadable;
import dev.lockstep.core.data.PackedManifest;
import dev.lockstep.core.data.ValidationSpec;
import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import dev.lockstep.spark.LocalSpark;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.apache.hadoop.conf.Configuration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Directories of pictures through Spark's tasks into packed parts. */
@Tag("spark")
class ImageFolderPackingTest {
    private static final ValidationSpec NO_VALIDATION = new ValidationSpec(0, ValidationSpec.Method.RANDOM);

    @RegisterExtension
    static final LocalSpark SPARK = new LocalSpark();

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    private org.apache.hadoop.fs.Path target() {
        return new org.apache.hadoop.fs.Path(folder.resolve("packed").toUri());
    }

    private ImageFolderData data(@Nullable List<String> classNames, OnUnreadable onUnreadable) {
        boolean hasTest = Files.exists(folder.resolve("test"));
        return new ImageFolderData(
                folder.resolve("train").toUri().toString(),
                hasTest ? folder.resolve("test").toString() : null,
                1,
                2,
                ColorMode.RGB,
                Interpolation.BILINEAR,
                classNames,
                onUnreadable,
                255,
                NO_VALIDATION);
    }

    private PreparedData prepare(ImageFolderData data) {
        return PreparedData.prepare(SPARK.context(), data, target(), 2);
    }

    private PreparedData prepare() {
        return prepare(data(null, OnUnreadable.FAIL));
    }

    /** A picture of two pixels. */
    private void write(String path, int left, int right) throws IOException {
        Path file = folder.resolve(path);
        Files.createDirectories(file.getParent());
        String ending = path.substring(path.lastIndexOf('.') + 1);
        Files.write(
                file, PictureResizerTest.file(PictureResizerTest.row(BufferedImage.TYPE_INT_RGB, left, right), ending));
    }

    private void writeTwoClasses() throws IOException {
        write("train/dog/b.png", 0x010203, 0x040506);
        write("train/cat/z.bmp", 0x070809, 0x0A0B0C);
        write("train/cat/deep/a.png", 0x0D0E0F, 0x101112);
        Files.writeString(folder.resolve("train/cat/readme.txt"), "no picture");
        Files.createDirectories(folder.resolve("train/.hidden"));
        Files.writeString(folder.resolve("train/notes.txt"), "no class");
    }

    @Test
    void classesAreDirectoriesAndSamplesAreInTheOrderOfTheirPaths() throws IOException {
        writeTwoClasses();
        write("test/dog/only.png", 0x131415, 0x161718);
        PreparedData prepared = prepare();
        PackedManifest train = prepared.train();
        assertThat(train.featureShape()).containsExactly(1, 2, 3);
        assertThat(train.classNames()).containsExactly("cat", "dog");
        assertThat(train.classCounts()).containsExactly(2L, 1L);
        assertThat(PackedCopy.rows(target(), DatasetRole.TRAIN, train))
                .containsExactly(
                        List.of(13f, 14f, 15f, 16f, 17f, 18f, 0f),
                        List.of(7f, 8f, 9f, 10f, 11f, 12f, 0f),
                        List.of(1f, 2f, 3f, 4f, 5f, 6f, 1f));
        PackedManifest test = Objects.requireNonNull(prepared.test());
        assertThat(test.classCounts())
                .as("counted by the training directory's classes")
                .containsExactly(0L, 1L);
        assertThat(PackedCopy.rows(target(), DatasetRole.TEST, test))
                .containsExactly(List.of(19f, 20f, 21f, 22f, 23f, 24f, 1f));
        SampleLayout layout = SampleLayout.of(data(null, OnUnreadable.FAIL), null, new Configuration());
        assertThat(layout.samples()).isEqualTo(3);
        assertThat(layout.features()).isEqualTo(train.shapeOfFeatures());
    }

    @Test
    void moreTasksGiveTheSameSamples() throws IOException {
        for (int i = 0; i < 250; i++) {
            write(String.format("train/%s/%03d.png", i % 3 == 0 ? "a" : "b", i), i, i << 8);
        }
        PackedManifest train = prepare().train();
        assertThat(train.parts()).hasSize(2);
        List<List<Float>> rows = PackedCopy.rows(target(), DatasetRole.TRAIN, train);
        assertThat(rows).hasSize(250);
        assertThat(rows.get(0)).containsExactly(0f, 0f, 0f, 0f, 0f, 0f, 0f);
        assertThat(rows.get(1)).containsExactly(0f, 0f, 3f, 0f, 3f, 0f, 0f);
        assertThat(rows.get(249)).containsExactly(0f, 0f, 248f, 0f, 248f, 0f, 1f);
    }

    @Test
    void classNamesChooseAndOrder() throws IOException {
        writeTwoClasses();
        write("train/bird/b.png", 0, 0);
        PackedManifest train =
                prepare(data(List.of("dog", "cat"), OnUnreadable.FAIL)).train();
        assertThat(train.classCounts()).containsExactly(1L, 2L);
        assertRefused(data(List.of("dog", "fish"), OnUnreadable.FAIL), "data.class_names", "fish", "bird");
    }

    @Test
    void aChangedPictureIsPackedAgain() throws IOException {
        writeTwoClasses();
        String before = prepare().train().sha256OfContents();
        assertThat(prepare().train().sha256OfContents()).isEqualTo(before);
        write("train/cat/new.png", 1, 1);
        assertThat(prepare().train().totalSamples()).isEqualTo(4);
    }

    @Test
    void unreadablePicturesAreNamedOrSkipped() throws IOException {
        writeTwoClasses();
        Files.write(folder.resolve("train/dog/empty.png"), new byte[0]);
        Files.writeString(folder.resolve("train/cat/text.jpg"), "I am no picture");
        assertRefused(
                data(null, OnUnreadable.FAIL),
                "2 of 5 pictures cannot be read",
                "train/dog/empty.png: the file is empty",
                "train/cat/text.jpg: its content is no PNG, JPEG, BMP or GIF",
                "data.on_unreadable: skip");
        PackedManifest train = prepare(data(null, OnUnreadable.SKIP)).train();
        assertThat(train.totalSamples()).isEqualTo(3);
        assertThat(train.classCounts()).containsExactly(2L, 1L);
        assertThat(PackedCopy.rows(target(), DatasetRole.TRAIN, train).get(2)).endsWith(6f, 1f);
    }

    @Test
    void whatIsMissingIsNamed() throws IOException {
        assertRefused(data(null, OnUnreadable.FAIL), "input path not found", "train");
        write("train/loose.png", 0, 0);
        assertRefused(data(null, OnUnreadable.FAIL), "no pictures in", "a directory for each class");
        writeTwoClasses();
        write("test/wolf/b.png", 0, 0);
        assertRefused(data(null, OnUnreadable.FAIL), "[wolf]", "[cat, dog]", "data.class_names");
    }

    private void assertRefused(ImageFolderData data, String... parts) {
        assertThatThrownBy(() -> prepare(data))
                .isInstanceOfSatisfying(LockstepException.class, refused -> assertThat(refused.exitCode())
                        .isEqualTo(ExitCode.DATA))
                .hasMessageContainingAll(parts);
    }
}
