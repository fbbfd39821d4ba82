package dev.lockstep.core.data;

import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Set;

/**
 * Lays out the training samples of an IDX data set as if they had come day by day: contiguous, near-equal parts in a
 * directory for each day, under the names of the source, and {@code _SUCCESS} last. For trying a pipeline.
 *
 * @param source directory with the training files
 * @param first the first day
 * @param days how many there are
 * @param spoiled days on which every label is that of the next class, as a broken export may have it
 */
public record IdxDays(Path source, LocalDate first, int days, Set<LocalDate> spoiled) {
    /** The file that says that a day is complete. */
    public static final String MARKER = "_SUCCESS";

    private static final String IMAGES = "train-images-idx3-ubyte.gz";
    private static final String LABELS = "train-labels-idx1-ubyte.gz";

    public IdxDays {
        spoiled = Set.copyOf(spoiled);
    }

    /** All days, the first one first. */
    public List<LocalDate> all() {
        return first.datesUntil(first.plusDays(days)).toList();
    }

    /**
     * Writes the days that are not complete yet.
     *
     * @param target directory that gets a directory for each day
     * @return how many were written
     * @throws LockstepException when the source is not there or no such data set
     */
    public int write(Path target) {
        int written = 0;
        try {
            byte[] labels =
                    IdxFile.readLabels(open(LABELS), source.resolve(LABELS).toString());
            int classes = 1;
            for (byte label : labels) {
                classes = Math.max(classes, Byte.toUnsignedInt(label) + 1);
            }
            try (IdxFile images =
                    IdxFile.open(open(IMAGES), source.resolve(IMAGES).toString(), IdxFile.Content.IMAGES)) {
                for (int number = 0; number < days; number++) {
                    Slice slice = Slice.of(0, labels.length, days, number);
                    Path day = target.resolve(first.plusDays(number).toString());
                    if (!Files.exists(day.resolve(MARKER))) {
                        images.skipTo(slice.from());
                        int shift = spoiled.contains(first.plusDays(number)) ? 1 : 0;
                        write(day, images, labels, slice, shift, classes);
                        written++;
                    }
                }
            }
        } catch (IOException e) {
            throw new LockstepException(ExitCode.DATA, "days of " + source + ": " + e.getMessage(), e);
        }
        return written;
    }

    private InputStream open(String name) throws IOException {
        if (!Files.exists(source.resolve(name))) {
            throw new LockstepException(
                    ExitCode.DATA,
                    "no " + source.resolve(name)
                            + "; expected the files of an IDX data set, such as `lockstep data fetch"
                            + " fashion-mnist` gets");
        }
        return Files.newInputStream(source.resolve(name));
    }

    private static void write(Path day, IdxFile images, byte[] labels, Slice slice, int shift, int classes)
            throws IOException {
        Files.createDirectories(day);
        Shape shape = images.header().sampleShape();
        byte[] pixels =
                new byte[Math.multiplyExact(slice.size(), images.header().sampleBytes())];
        images.read(pixels, 0, slice.size());
        IdxHeader header = IdxHeader.images(
                slice.size(), shape.dimensions().get(0), shape.dimensions().get(1));
        write(day.resolve(IMAGES), header, pixels);
        byte[] shown = new byte[slice.size()];
        for (int i = 0; i < shown.length; i++) {
            shown[i] = (byte) ((Byte.toUnsignedInt(labels[slice.from() + i]) + shift) % classes);
        }
        write(day.resolve(LABELS), IdxHeader.labels(slice.size()), shown);
        Files.writeString(day.resolve(MARKER), "");
    }

    private static void write(Path file, IdxHeader header, byte[] values) throws IOException {
        try (IdxWriter writer = new IdxWriter(new BufferedOutputStream(Files.newOutputStream(file)), header)) {
            writer.write(values, 0, values.length);
            writer.finish();
        }
    }
}
