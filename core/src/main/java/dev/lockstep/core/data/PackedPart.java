package dev.lockstep.core.data;

import dev.lockstep.core.schema.Checks;
import java.util.regex.Pattern;

/**
 * One packed file of a data set.
 *
 * @param name file name, without a directory
 * @param firstSample stable index of its first sample
 * @param samples how many it holds
 * @param bytes its size
 * @param sha256 the checksum in its footer: SHA-256 of all bytes before the footer
 * @param validationMarks samples that are marked for validation
 * @param testMarks samples that are marked for the test
 */
public record PackedPart(
        String name, int firstSample, int samples, long bytes, String sha256, int validationMarks, int testMarks) {
    private static final Pattern PLAIN_NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]*");
    private static final Pattern CHECKSUM = Pattern.compile("[0-9a-f]{64}");

    public PackedPart {
        new Checks()
                // A manifest may come from elsewhere: a name must not lead out of its directory.
                .that("name", PLAIN_NAME.matcher(name).matches(), "a plain file name", name)
                .that("first_sample", firstSample >= 0, "0 or more", firstSample)
                .that("samples", samples > 0 && firstSample <= Integer.MAX_VALUE - samples, "1 or more", samples)
                .positive("bytes", bytes)
                .that("validation_marks", validationMarks >= 0, "0 or more", validationMarks)
                .that("test_marks", testMarks >= 0, "0 or more", testMarks)
                .that("sha256", CHECKSUM.matcher(sha256).matches(), "64 hexadecimal digits", sha256)
                .done();
    }

    /** Without marks. */
    public PackedPart(String name, int firstSample, int samples, long bytes, String sha256) {
        this(name, firstSample, samples, bytes, sha256, 0, 0);
    }

    /** The stable index after its last sample. */
    public int endSample() {
        return firstSample + samples;
    }
}
