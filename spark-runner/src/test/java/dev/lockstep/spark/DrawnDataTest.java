package dev.lockstep.spark;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.core.data.DataSpec;
import dev.lockstep.spark.drawing.PetPictures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DrawnDataTest {
    private static final PetPictures FEW = new PetPictures(3, 2, 16, 1);

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    /** The example's own data, in another place. */
    private void drawIfAbsent(String... overrides) throws IOException {
        DataSpec data = Lesson.named("cats-and-dogs.yaml").job(overrides).data();
        DrawnData.drawIfAbsent(data, new Configuration(), FEW);
    }

    private List<String> entries(Path directory) throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void theExampleDrawsItsPicturesWhereThereAreNone() throws IOException {
        Path pets = folder.resolve("pets");
        String[] there = {"data.train=" + pets.resolve("train"), "data.test=" + pets.resolve("test")};
        drawIfAbsent(there);
        assertThat(entries(pets.resolve("train/cat"))).hasSize(FEW.trainSamples());
        assertThat(entries(pets.resolve("test/dog"))).hasSize(FEW.testSamples());

        Files.delete(pets.resolve("train/cat/cat-00000.png"));
        drawIfAbsent(there);
        assertThat(pets.resolve("train/cat/cat-00000.png")).as("drawn once").doesNotExist();
    }

    @Test
    void picturesOfSomebodyAreLeftAlone() throws IOException {
        Path own = Files.createDirectories(folder.resolve("train/heron"));
        drawIfAbsent("data.train=" + folder.resolve("train"), "data.test=" + folder.resolve("test"));
        drawIfAbsent("data.train=" + folder.resolve("other"), "data.test=" + folder.resolve("elsewhere"));
        assertThat(entries(folder)).containsExactly("train");
        assertThat(entries(own)).isEmpty();
    }
}
