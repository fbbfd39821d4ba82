package dev.lockstep.core.data;

import dev.lockstep.core.schema.Checks;
import dev.lockstep.core.schema.Meaning;
import dev.lockstep.core.schema.Named;
import dev.lockstep.core.schema.Setting;
import java.util.HashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * See {@link Named}.
 *
 * @param train directory with a directory for each class
 * @param test the same for testing, or null
 * @param height of a sample
 * @param width of a sample
 * @param colorMode channels of a sample
 * @param interpolation how pictures get that size
 * @param classNames directories in the order of the labels, or null for all, sorted
 * @param onUnreadable what becomes of a picture that cannot be read
 * @param scale divisor of the pixels
 * @param validation part kept for validation
 * @param testSplit part kept for the test
 * @param drawing what is drawn where there are no pictures, or null
 */
@Named(
        value = "image_folder",
        doc = "Pictures (PNG, JPEG, BMP, the first one of a GIF) in directories, one for each class; the label is the"
                + " number of the directory. Samples are (height, width, channels) with values 0 to 255, to be scaled."
                + " Transparency is ignored, colours become grey by 0.299 red + 0.587 green + 0.114 blue. The paths may"
                + " be Hadoop URIs; pictures are decoded and resized once, in parallel, by the executors.")
public record ImageFolderData(
        @Setting("Training directory; it holds a directory of pictures for each class.") String train,
        @Setting(value = "Test directory with directories of the same names.", optional = true) @Nullable String test,
        @Setting("Pixels of a sample from top to bottom.") int height,
        @Setting("Pixels of a sample from left to right.") int width,
        @Setting(value = "Channels of a sample.", byDefault = "rgb") ColorMode colorMode,
        @Setting(value = "How pictures of another size are resized; proportions are not kept.", byDefault = "bilinear")
                Interpolation interpolation,
        @Setting(
                        value = "The classes' directories in the order of the labels, from 0. By default all of the"
                                + " training directory, sorted by name.",
                        optional = true)
                @Nullable
                List<String> classNames,
        @Setting(
                        value = "What becomes of a picture that cannot be read: `fail` ends the command and names it,"
                                + " `skip` leaves it out, with a warning.",
                        byDefault = "fail")
                OnUnreadable onUnreadable,
        @Setting(value = "Every feature value is divided by it.", byDefault = "255") double scale,
        @Setting(value = "The part kept for validation.", byDefault = "{split: 0}") ValidationSpec validation,
        @Setting(
                        value = "The part of the training samples kept for the test, before validation; not together"
                                + " with `test`.",
                        byDefault = "{split: 0}")
                ValidationSpec testSplit,
        @Setting(
                        value = "Pictures that Lockstep draws on the driver, if there are none yet, where `train` and"
                                + " `test` are `DIR/train` and `DIR/test` of one local directory.",
                        optional = true)
                @Nullable
                Drawing drawing)
        implements DataSpec {
    /** Pictures that can be drawn. */
    public enum Drawing {
        /** Two classes. */
        @Meaning("cats and dogs, as `lockstep data draw cats-and-dogs` makes them")
        CATS_AND_DOGS
    }

    /** Channels of a sample. */
    public enum ColorMode {
        /** One channel. */
        @Meaning("one channel, the brightness")
        GRAYSCALE(1),
        /** Three channels. */
        @Meaning("three channels: red, green, blue")
        RGB(3);

        private final int channels;

        ColorMode(int channels) {
            this.channels = channels;
        }

        /** How many values a pixel has. */
        public int channels() {
            return channels;
        }
    }

    /** How pictures are resized. */
    public enum Interpolation {
        /** Between the four nearest pixels. */
        @Meaning("between the four pixels around a pixel's place, as Keras does; best where sizes hardly differ")
        BILINEAR,
        /** The nearest pixel. */
        @Meaning("the pixel at a pixel's place")
        NEAREST,
        /** The mean of what is covered. */
        @Meaning("the mean of all that a pixel covers; best where pictures become much smaller")
        AREA
    }

    /** What becomes of a picture that cannot be read. */
    public enum OnUnreadable {
        /** The command fails. */
        FAIL,
        /** The picture is left out. */
        SKIP
    }

    private static final int LARGEST_SIDE = 8192;
    private static final String TRAIN = "/train";
    private static final String TEST = "/test";

    public ImageFolderData {
        classNames = classNames == null ? null : List.copyOf(classNames);
        new Checks()
                .that("train", !train.isBlank(), "a path", "\"\"")
                .that("height", isSide(height), "a whole number from 1 to " + LARGEST_SIDE, height)
                .that("width", isSide(width), "a whole number from 1 to " + LARGEST_SIDE, width)
                .that(
                        "class_names",
                        classNames == null || new HashSet<>(classNames).size() == classNames.size(),
                        "each name once",
                        String.valueOf(classNames))
                .positive("scale", scale)
                .that("test_split", testSplit.isNone() || test == null, "test or test_split, not both", "both")
                .done();
    }

    /** Where {@link #drawing} belongs: what holds {@code train} and {@code test}; null where nothing is to be drawn. */
    public @Nullable String drawingDirectory() {
        String directory = train.endsWith(TRAIN) ? train.substring(0, train.length() - TRAIN.length()) : "";
        return drawing != null && !directory.isEmpty() && (directory + TEST).equals(test) ? directory : null;
    }

    /** Without a test part of the training samples, of pictures that are there. */
    public ImageFolderData(
            String train,
            @Nullable String test,
            int height,
            int width,
            ColorMode colorMode,
            Interpolation interpolation,
            @Nullable List<String> classNames,
            OnUnreadable onUnreadable,
            double scale,
            ValidationSpec validation) {
        this(
                train,
                test,
                height,
                width,
                colorMode,
                interpolation,
                classNames,
                onUnreadable,
                scale,
                validation,
                ValidationSpec.NONE,
                null);
    }

    private static boolean isSide(int pixels) {
        return pixels >= 1 && pixels <= LARGEST_SIDE;
    }

    /** The shape of a sample. */
    public Shape shape() {
        return Shape.of(height, width, colorMode.channels());
    }
}
