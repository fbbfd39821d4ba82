package dev.lockstep.core.data;

import dev.lockstep.core.schema.Checks;
import dev.lockstep.core.schema.Named;
import dev.lockstep.core.schema.Setting;
import java.util.List;

/**
 * See {@link Named}.
 *
 * @param directory that holds the files
 * @param trainImages file name
 * @param trainLabels file name
 * @param testImages file name, or "none"
 * @param testLabels file name, or "none"
 * @param scale divisor of the values
 * @param validation part kept for validation
 * @param testSplit part kept for the test
 * @param classNames names of the classes, or empty
 */
@Named(
        value = "idx",
        doc = "IDX files as MNIST and Fashion-MNIST publish them, plain or gzip; the directory may be a Hadoop URI.")
public record IdxData(
        @Setting("Directory of the files.") String directory,
        @Setting(value = "Training images.", byDefault = "train-images-idx3-ubyte.gz") String trainImages,
        @Setting(value = "Training labels.", byDefault = "train-labels-idx1-ubyte.gz") String trainLabels,
        @Setting(value = "Test images; `none` for no test set.", byDefault = "t10k-images-idx3-ubyte.gz")
                String testImages,
        @Setting(value = "Test labels.", byDefault = "t10k-labels-idx1-ubyte.gz") String testLabels,
        @Setting(value = "Every feature value is divided by it.", byDefault = "1") double scale,
        @Setting(value = "The part kept for validation.", byDefault = "{split: 0}") ValidationSpec validation,
        @Setting(
                        value = "The part of the training samples kept for the test, before validation; with"
                                + " `test_images: none`.",
                        byDefault = "{split: 0}")
                ValidationSpec testSplit,
        @Setting(value = "Names of the classes 0, 1, 2 ...", byDefault = "[]") List<String> classNames)
        implements DataSpec {
    /** The file name that stands for no file. */
    public static final String NONE = "none";

    public IdxData {
        classNames = List.copyOf(classNames);
        new Checks()
                .that("class_names", TabularData.areNames(classNames), "at least two different names", classNames)
                .positive("scale", scale)
                .that("directory", !directory.isBlank(), "a directory", "\"\"")
                .that(
                        "test_split",
                        testSplit.isNone() || testImages.equals(NONE),
                        "test_images: none beside it, or no test_split",
                        "test_images: " + testImages)
                .done();
    }

    /** Without a test part of the training samples. */
    public IdxData(
            String directory,
            String trainImages,
            String trainLabels,
            String testImages,
            String testLabels,
            double scale,
            ValidationSpec validation) {
        this(
                directory,
                trainImages,
                trainLabels,
                testImages,
                testLabels,
                scale,
                validation,
                ValidationSpec.NONE,
                List.of());
    }
}
