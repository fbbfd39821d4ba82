package dev.lockstep.core.data;

import dev.lockstep.core.schema.Checks;
import dev.lockstep.core.schema.Named;
import dev.lockstep.core.schema.Setting;
import org.jspecify.annotations.Nullable;

/**
 * See {@link Named}.
 *
 * @param trainSamples number of training samples
 * @param testSamples number of test samples; 0 for no test set
 * @param seed of the drawing
 * @param directory where the files are written, or null for the run directory
 * @param scale divisor of the pixels
 * @param validation part kept for validation
 * @param testSplit part kept for the test
 */
@Named(
        value = "digits",
        doc = "Handwritten-looking 28x28 grey digits that Lockstep draws itself from jittered strokes, written as gzip"
                + " IDX files; the same bytes for the same seed. Nothing is downloaded.")
public record DigitsData(
        @Setting(value = "Number of training samples.", byDefault = "20000") int trainSamples,
        @Setting(value = "Number of test samples; 0 for no test set.", byDefault = "4000") int testSamples,
        @Setting(value = "Seed of the drawing, apart from the seed of the training.", byDefault = "1") long seed,
        @Setting(value = "Where the IDX files are written; by default inside the run directory.", optional = true)
                @Nullable
                String directory,
        @Setting(value = "Every feature value is divided by it.", byDefault = "255") double scale,
        @Setting(value = "The part kept for validation.", byDefault = "{split: 0}") ValidationSpec validation,
        @Setting(
                        value = "The part of the training samples kept for the test, before validation; with"
                                + " `test_samples: 0`.",
                        byDefault = "{split: 0}")
                ValidationSpec testSplit)
        implements DataSpec {
    public DigitsData {
        new Checks()
                .positive("train_samples", trainSamples)
                .that("test_samples", testSamples >= 0, "a whole number not below 0", testSamples)
                .positive("scale", scale)
                .that(
                        "test_split",
                        testSplit.isNone() || testSamples == 0,
                        "test_samples: 0 beside it, or no test_split",
                        "test_samples: " + testSamples)
                .done();
    }

    /** Without a test part of the training samples. */
    public DigitsData(
            int trainSamples,
            int testSamples,
            long seed,
            @Nullable String directory,
            double scale,
            ValidationSpec validation) {
        this(trainSamples, testSamples, seed, directory, scale, validation, ValidationSpec.NONE);
    }
}
