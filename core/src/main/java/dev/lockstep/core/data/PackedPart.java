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
 */
public record PackedPart(String name, int firstSample, int samples, long bytes, String sha256) {
    private static final Pattern PLAIN_NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]*");
    private static final Pattern CHECKSUM = Pattern.compile("[0-9a-f]{64}");

    public PackedPart {
        new Checks()
                // A manifest may come from elsewhere: a name must not lead out of its directory.
                .that("name", PLAIN_NAME.matcher(name).matches(), "a plain file name", name)
                .that("first_sample", firstSample >= 0, "0 or more", firstSample)
                .that("samples", samples > 0 && firstSample <= Integer.MAX_VALUE - samples, "1 or more", samples)
                .positive("bytes", bytes)
                .that("sha256", CHECKSUM.matcher(sha256).matches(), "64 hexadecimal digits", sha256)
                .done();
    }

    /** The stable index after its last sample. */
    public int endSample() {
        return firstSample + samples;
    }
}
