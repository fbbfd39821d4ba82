package dev.lockstep.cluster.membership;

import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;

/** What the workers of one run know and nobody else: both planes authenticate by it. It never shows itself in a log. */
public final class RunSecret {
    private static final int MINIMUM_BYTES = 16;
    private static final int RANDOM_BYTES = 32;

    private final byte[] bytes;

    private RunSecret(byte[] bytes) {
        if (bytes.length < MINIMUM_BYTES) {
            throw new IllegalArgumentException(
                    "a run's secret: expected at least " + MINIMUM_BYTES + " bytes, found " + bytes.length);
        }
        this.bytes = bytes.clone();
    }

    /** A new one of 32 random bytes. */
    public static RunSecret random() {
        byte[] bytes = new byte[RANDOM_BYTES];
        new SecureRandom().nextBytes(bytes);
        return new RunSecret(bytes);
    }

    /** Of at least 16 bytes. */
    public static RunSecret of(byte[] bytes) {
        return new RunSecret(bytes);
    }

    /** Reads what {@link #hex()} wrote. */
    public static RunSecret parse(String hex) {
        return new RunSecret(HexFormat.of().parseHex(hex));
    }

    /** For the way to the workers; to be treated as the secret itself. */
    public String hex() {
        return HexFormat.of().formatHex(bytes);
    }

    /** A copy. */
    public byte[] bytes() {
        return bytes.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RunSecret that && MessageDigest.isEqual(bytes, that.bytes);
    }

    /** Says nothing about the bytes. */
    @Override
    public int hashCode() {
        return bytes.length;
    }

    /** Says nothing about the bytes. */
    @Override
    public String toString() {
        return "RunSecret(hidden)";
    }
}
