package dev.lockstep.spark.drawing;

import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import dev.lockstep.core.random.CounterRandom;
import dev.lockstep.spark.drawing.PetPainter.Pet;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;

/**
 * Drawn cats and dogs as PNG files: {@code train/cat}, {@code train/dog}, {@code test/cat}, {@code test/dog}.
 *
 * @param trainSamples pictures of each class to train with
 * @param testSamples pictures of each class to test with
 * @param side height and width in pixels
 * @param seed of the drawing
 */
public record PetPictures(int trainSamples, int testSamples, int side, long seed) {
    /** What the example {@code cats-and-dogs} is made for. */
    public static final PetPictures BY_DEFAULT = new PetPictures(600, 200, 64, 1);

    /** The file that says what the directory holds. */
    public static final String DESCRIPTION = "cats-and-dogs.txt";

    /** The number of the drawing: another one draws other pictures of the same seed. */
    private static final int VERSION = 1;

    private static final String HEADLESS = "java.awt.headless";
    private static final List<String> SETS = List.of("train", "test");

    /**
     * Makes sure that the pictures lie in a directory. Pictures that it drew there with other settings are replaced.
     *
     * @return whether they were drawn; false when they were there
     * @throws LockstepException when the directory cannot be written, or holds something else under these names
     */
    public boolean writeIfAbsent(Path directory) {
        if (System.getProperty(HEADLESS) == null) {
            System.setProperty(HEADLESS, "true");
        }
        Path description = directory.resolve(DESCRIPTION);
        try {
            if (Files.exists(description) && Files.readString(description).equals(text())) {
                return false;
            }
            if (!Files.exists(description)) {
                requireFree(directory);
            }
            Files.createDirectories(directory);
            // Ours and incomplete, until all pictures are there.
            Files.writeString(description, "");
            for (String set : SETS) {
                for (Pet pet : Pet.values()) {
                    writePictures(directory.resolve(set).resolve(name(pet)), set, pet);
                }
            }
            Files.writeString(description, text());
            return true;
        } catch (IOException | UncheckedIOException e) {
            throw new LockstepException(
                    ExitCode.DATA, "the pictures cannot be written to " + directory + ": " + e.getMessage(), e);
        }
    }

    /** Whether a directory holds pictures already, ours or somebody's, all of them. */
    public static boolean areIn(Path directory) {
        try {
            Path description = directory.resolve(DESCRIPTION);
            return Files.exists(description)
                    ? Files.size(description) > 0
                    : SETS.stream().anyMatch(set -> Files.exists(directory.resolve(set)));
        } catch (IOException e) {
            throw new LockstepException(ExitCode.DATA, directory + " cannot be read: " + e.getMessage(), e);
        }
    }

    private static void requireFree(Path directory) {
        for (String set : SETS) {
            if (Files.exists(directory.resolve(set))) {
                throw new LockstepException(
                        ExitCode.DATA,
                        directory + " holds " + set + " but no " + DESCRIPTION + ", so it is not Lockstep's and is not"
                                + " overwritten; name another directory");
            }
        }
    }

    private String text() {
        return "Drawn by Lockstep. Drawing " + VERSION + ", seed " + seed + ", " + side + " x " + side + " pixels, "
                + trainSamples + " training and " + testSamples + " test pictures of each class.\n";
    }

    private static String name(Pet pet) {
        return pet.name().toLowerCase(Locale.ROOT);
    }

    private void writePictures(Path directory, String set, Pet pet) throws IOException {
        Files.createDirectories(directory);
        try (DirectoryStream<Path> earlier = Files.newDirectoryStream(directory, name(pet) + "-*.png")) {
            for (Path picture : earlier) {
                Files.delete(picture);
            }
        }
        long classKey = CounterRandom.key(CounterRandom.key(seed, set), name(pet));
        IntStream.range(0, set.equals("train") ? trainSamples : testSamples)
                .parallel()
                .forEach(i -> {
                    Path file = directory.resolve(String.format(Locale.ROOT, "%s-%05d.png", name(pet), i));
                    try {
                        ImageIO.write(
                                new PetPainter().paint(pet, CounterRandom.key(classKey, i), side),
                                "png",
                                file.toFile());
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                });
    }
}
