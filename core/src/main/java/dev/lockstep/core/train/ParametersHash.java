package dev.lockstep.core.train;

import dev.lockstep.core.checksum.Sha256;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The name of a model: SHA-256 over its little-endian float32 flat vector. */
public final class ParametersHash {
    private ParametersHash() {}

    /** Lower-case hexadecimal SHA-256. */
    public static String sha256(float[] parameters) {
        ByteBuffer bytes = ByteBuffer.allocate(parameters.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(parameters);
        return Sha256.of(bytes.array());
    }
}
