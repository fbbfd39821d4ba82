package dev.lockstep.core.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.core.error.LockstepException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdxDaysTest {
    private static final LocalDate FIRST = LocalDate.of(2026, 2, 28);
    private static final byte[] LABELS = {0, 1, 2, 0, 1, 2, 0};

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    private IdxDays days(Set<LocalDate> spoiled) {
        return new IdxDays(folder, FIRST, 3, spoiled);
    }

    private void writeSource() throws IOException {
        byte[] pixels = new byte[LABELS.length * 4];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (byte) i;
        }
        write("train-images-idx3-ubyte.gz", IdxHeader.images(LABELS.length, 2, 2), pixels);
        write("train-labels-idx1-ubyte.gz", IdxHeader.labels(LABELS.length), LABELS);
    }

    private void write(String name, IdxHeader header, byte[] values) throws IOException {
        try (IdxWriter writer = new IdxWriter(Files.newOutputStream(folder.resolve(name)), header)) {
            writer.write(values, 0, values.length);
            writer.finish();
        }
    }

    private byte[] labels(LocalDate day) throws IOException {
        Path file = folder.resolve("days").resolve(day.toString()).resolve("train-labels-idx1-ubyte.gz");
        return IdxFile.readLabels(Files.newInputStream(file), file.toString());
    }

    private byte[] pixels(LocalDate day, int samples) throws IOException {
        Path file = folder.resolve("days").resolve(day.toString()).resolve("train-images-idx3-ubyte.gz");
        try (IdxFile images = IdxFile.open(Files.newInputStream(file), file.toString(), IdxFile.Content.IMAGES)) {
            assertThat(images.header().samples()).isEqualTo(samples);
            byte[] pixels = new byte[samples * 4];
            images.read(pixels, 0, samples);
            return pixels;
        }
    }

    @Test
    void everySampleBelongsToOneDay() throws IOException {
        writeSource();
        assertThat(days(Set.of()).write(folder.resolve("days"))).isEqualTo(3);
        LocalDate second = LocalDate.of(2026, 3, 1);
        byte[] first = labels(FIRST);
        assertThat(first).containsExactly(Arrays.copyOf(LABELS, first.length));
        assertThat(first.length + labels(second).length + labels(second.plusDays(1)).length)
                .isEqualTo(LABELS.length);
        assertThat(labels(second.plusDays(1))).endsWith((byte) 0);
        assertThat(pixels(second, labels(second).length)).startsWith((byte) (4 * first.length));
        assertThat(folder.resolve("days/2026-03-02/_SUCCESS")).exists();
    }

    @Test
    void onASpoiledDayEveryLabelIsTheNextClasss() throws IOException {
        writeSource();
        days(Set.of(FIRST)).write(folder.resolve("days"));
        assertThat(labels(FIRST)).startsWith((byte) 1, (byte) 2);
    }

    @Test
    void completeDaysAreLeftAlone() throws IOException {
        writeSource();
        days(Set.of()).write(folder.resolve("days"));
        byte[] before = labels(FIRST);
        Files.delete(folder.resolve("days/2026-03-01/_SUCCESS"));
        assertThat(days(Set.of(FIRST)).write(folder.resolve("days"))).isEqualTo(1);
        assertThat(labels(FIRST)).isEqualTo(before);
    }

    @Test
    void aMissingSourceIsNamed() {
        assertThatThrownBy(() -> days(Set.of()).write(folder.resolve("days")))
                .isInstanceOf(LockstepException.class)
                .hasMessageContainingAll("train-labels-idx1-ubyte.gz", "lockstep data fetch");
    }
}
