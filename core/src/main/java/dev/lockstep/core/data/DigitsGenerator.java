package dev.lockstep.core.data;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.core.checksum.Sha256;
import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import dev.lockstep.core.random.CounterRandom;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Draws handwritten-looking 28 x 28 grey digits and writes them as IDX files under MNIST's names. Sample i is a
 * function of (seed, set, i) alone, whatever the number of threads and of samples; the files' bytes are the same on
 * every machine. Beside them lies {@value #SUMS} with what they were drawn from and their checksums.
 */
public final class DigitsGenerator {
    /** The file that says what the others hold. */
    public static final String SUMS = "digits.json";

    /** The number of the drawing: a change of it makes other pictures of the same seed, and existing files stale. */
    static final int VERSION = 1;

    private static final int BLOCK_SAMPLES = 4096;
    private static final int CHUNK_SAMPLES = 128;
    private static final ObjectMapper JSON = new ObjectMapper();

    /** One of the two sets: its key and its files. */
    private enum Part {
        TRAIN("train", "train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz"),
        TEST("test", "t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz");

        private final String key;
        private final String images;
        private final String labels;

        Part(String key, String images, String labels) {
            this.key = key;
            this.images = images;
            this.labels = labels;
        }

        private int samples(DigitsData spec) {
            return this == TRAIN ? spec.trainSamples() : spec.testSamples();
        }
    }

    private DigitsGenerator() {}

    /**
     * Makes sure that the directory holds the digits of a specification: files that are there and match their checksums
     * stay, anything else that this generator wrote is written anew. Each file appears whole or not at all.
     *
     * @return whether the files were written; false when they were there
     * @throws LockstepException when the directory cannot be written, or holds files of these names that this
     *     generator did not write
     */
    public static boolean writeIfAbsent(Path directory, DigitsData spec) {
        try {
            if (isComplete(directory, spec)) {
                return false;
            }
            refuseForeignFiles(directory, spec);
            Files.createDirectories(directory);
            Path temporary = Files.createTempDirectory(directory, ".digits-");
            try {
                write(temporary, directory, spec);
            } finally {
                delete(temporary);
            }
            return true;
        } catch (IOException e) {
            throw new LockstepException(
                    ExitCode.DATA, "the digits cannot be written to " + directory + ": " + e.getMessage(), e);
        }
    }

    /** The written files as an ordinary IDX data set: same scale, same validation. */
    public static IdxData asIdxData(Path directory, DigitsData spec) {
        return new IdxData(
                directory.toString(),
                Part.TRAIN.images,
                Part.TRAIN.labels,
                spec.testSamples() == 0 ? IdxData.NONE : Part.TEST.images,
                Part.TEST.labels,
                spec.scale(),
                spec.validation(),
                spec.testSplit(),
                List.of());
    }

    private static Stream<Part> parts(DigitsData spec) {
        return Stream.of(Part.values()).filter(part -> part.samples(spec) > 0);
    }

    private static List<String> names(DigitsData spec) {
        return parts(spec).flatMap(part -> Stream.of(part.images, part.labels)).toList();
    }

    private static boolean isComplete(Path directory, DigitsData spec) throws IOException {
        Path sums = directory.resolve(SUMS);
        if (!Files.isRegularFile(sums)) {
            return false;
        }
        JsonNode found;
        try {
            found = JSON.readTree(sums.toFile());
        } catch (JsonProcessingException e) {
            return false;
        }
        for (String name : names(spec)) {
            Path file = directory.resolve(name);
            if (!Files.isRegularFile(file)
                    || !Sha256.of(file).equals(found.path("sha256").path(name).asText())) {
                return false;
            }
        }
        ObjectNode expected = description(spec);
        expected.set("sha256", found.path("sha256"));
        // Compared as text: a number read back may be an IntNode where a LongNode was written.
        return expected.toString().equals(found.toString());
    }

    private static void refuseForeignFiles(Path directory, DigitsData spec) {
        for (String name : names(spec)) {
            if (Files.exists(directory.resolve(name)) && !Files.exists(directory.resolve(SUMS))) {
                throw new LockstepException(
                        ExitCode.DATA,
                        directory + " holds " + name + " but no " + SUMS + ", so it is not Lockstep's and is not"
                                + " overwritten; give data.directory another directory, or read these files with"
                                + " format: idx");
            }
        }
    }

    private static ObjectNode description(DigitsData spec) {
        return JSON.createObjectNode()
                .put("generator", VERSION)
                .put("seed", spec.seed())
                .put("train_samples", spec.trainSamples())
                .put("test_samples", spec.testSamples());
    }

    private static void write(Path temporary, Path directory, DigitsData spec) throws IOException {
        ObjectNode sums = JSON.createObjectNode();
        for (Part part : parts(spec).toList()) {
            writePart(temporary, part, part.samples(spec), spec.seed());
        }
        for (String name : names(spec)) {
            sums.put(name, Sha256.of(temporary.resolve(name)));
        }
        ObjectNode description = description(spec);
        description.set("sha256", sums);
        JSON.writerWithDefaultPrettyPrinter().writeValue(temporary.resolve(SUMS).toFile(), description);
        // The sums go first: whatever an interruption leaves then shows as ours and as incomplete.
        move(temporary, directory, SUMS);
        for (String name : names(spec)) {
            move(temporary, directory, name);
        }
    }

    private static void writePart(Path directory, Part part, int samples, long seed) throws IOException {
        long setKey = CounterRandom.key(seed, part.key);
        byte[] images = new byte[Math.min(samples, BLOCK_SAMPLES) * DigitCanvas.PIXELS];
        byte[] labels = new byte[Math.min(samples, BLOCK_SAMPLES)];
        try (IdxWriter imageFile = open(
                        directory.resolve(part.images), IdxHeader.images(samples, DigitCanvas.SIDE, DigitCanvas.SIDE));
                IdxWriter labelFile = open(directory.resolve(part.labels), IdxHeader.labels(samples))) {
            for (int from = 0; from < samples; from += BLOCK_SAMPLES) {
                int count = Math.min(BLOCK_SAMPLES, samples - from);
                draw(setKey, from, count, images, labels);
                imageFile.write(images, 0, count * DigitCanvas.PIXELS);
                labelFile.write(labels, 0, count);
            }
            imageFile.finish();
            labelFile.finish();
        }
    }

    private static IdxWriter open(Path file, IdxHeader header) throws IOException {
        return new IdxWriter(new BufferedOutputStream(Files.newOutputStream(file), 1 << 16), header);
    }

    private static void draw(long setKey, int from, int count, byte[] images, byte[] labels) {
        int chunks = (count + CHUNK_SAMPLES - 1) / CHUNK_SAMPLES;
        IntStream.range(0, chunks).parallel().forEach(chunk -> {
            DigitPen pen = new DigitPen();
            int end = Math.min(count, (chunk + 1) * CHUNK_SAMPLES);
            for (int i = chunk * CHUNK_SAMPLES; i < end; i++) {
                long sampleKey = CounterRandom.key(setKey, from + i);
                int digit = CounterRandom.below(CounterRandom.key(sampleKey, "digit"), 0, DigitGlyphs.DIGITS);
                labels[i] = (byte) digit;
                pen.write(digit, sampleKey, images, i * DigitCanvas.PIXELS);
            }
        });
    }

    private static void move(Path from, Path to, String name) throws IOException {
        Files.move(
                from.resolve(name),
                to.resolve(name),
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
    }

    private static void delete(Path temporary) throws IOException {
        try (Stream<Path> files = Files.list(temporary)) {
            for (Path file : files.toList()) {
                Files.deleteIfExists(file);
            }
        }
        Files.deleteIfExists(temporary);
    }
}
