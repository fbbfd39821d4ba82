package dev.lockstep.spark.drawing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.core.error.LockstepException;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PetPicturesTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> folder.relativize(file).toString())
                    .sorted()
                    .toList();
        }
    }

    @Test
    void drawsADirectoryForEachClassOnce() throws IOException {
        PetPictures pictures = new PetPictures(2, 1, 40, 3);
        assertThat(pictures.writeIfAbsent(folder)).isTrue();
        assertThat(files())
                .containsExactly(
                        "cats-and-dogs.txt",
                        "test/cat/cat-00000.png",
                        "test/dog/dog-00000.png",
                        "train/cat/cat-00000.png",
                        "train/cat/cat-00001.png",
                        "train/dog/dog-00000.png",
                        "train/dog/dog-00001.png");
        byte[] first = Files.readAllBytes(folder.resolve("train/cat/cat-00000.png"));
        BufferedImage image =
                ImageIO.read(folder.resolve("train/cat/cat-00000.png").toFile());
        assertThat(image.getWidth()).isEqualTo(40);
        assertThat(image.getHeight()).isEqualTo(40);
        assertThat(first)
                .isNotEqualTo(Files.readAllBytes(folder.resolve("train/cat/cat-00001.png")))
                .isNotEqualTo(Files.readAllBytes(folder.resolve("test/cat/cat-00000.png")));
        assertThat(pictures.writeIfAbsent(folder)).isFalse();
        assertThat(new PetPictures(1, 1, 40, 4).writeIfAbsent(folder)).isTrue();
        assertThat(files()).hasSize(5);
        assertThat(pictures.writeIfAbsent(folder)).isTrue();
        assertThat(Files.readAllBytes(folder.resolve("train/cat/cat-00000.png")))
                .as("the same seed draws the same")
                .isEqualTo(first);
    }

    @Test
    void picturesOfOthersAreNotTouched() throws IOException {
        Files.createDirectories(folder.resolve("train"));
        assertThatThrownBy(() -> new PetPictures(1, 1, 40, 3).writeIfAbsent(folder))
                .isInstanceOf(LockstepException.class)
                .hasMessageContaining("not Lockstep's");
        assertThat(files()).isEmpty();
    }
}
