package dev.lockstep.core.data;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;

/**
 * How stored feature values become the numbers that a network takes: {@code value = stored / divisor}, computed in
 * double precision and rounded to float once; U8 through a table of its 256 quotients. Immutable, safe for several
 * threads.
 */
public final class FeatureEncoding {
    private static final int BYTE_VALUES = 256;

    private final ElementType type;
    private final double divisor;
    private final float[] quotients = new float[BYTE_VALUES];

    /**
     * @param type U8 or F32
     * @param divisor finite and above 0
     * @throws IllegalArgumentException for another type or divisor
     */
    public FeatureEncoding(ElementType type, double divisor) {
        if (type == ElementType.I32) {
            throw new IllegalArgumentException("features are U8 or F32, found " + type);
        }
        if (!(divisor > 0) || Double.isInfinite(divisor)) {
            throw new IllegalArgumentException("scale must be a finite number above 0, found " + divisor);
        }
        this.type = type;
        this.divisor = divisor;
        for (int value = 0; value < BYTE_VALUES; value++) {
            quotients[value] = (float) (value / divisor);
        }
    }

    /** How a value is stored. */
    public ElementType type() {
        return type;
    }

    /**
     * The float nearest to 1 / divisor. A stored value times it differs from the decoded value by at most two units in
     * the last place; by none where the divisor is a power of two.
     */
    public float factor() {
        return (float) (1 / divisor);
    }

    /** Decodes the first {@code count} bytes of U8 values. */
    void decode(ByteBuffer stored, int count, float[] target) {
        for (int i = 0; i < count; i++) {
            target[i] = quotients[stored.get(i) & 0xFF];
        }
    }

    /** Decodes the first {@code count} F32 values. */
    void decode(FloatBuffer stored, int count, float[] target) {
        stored.get(0, target, 0, count);
        if (divisor != 1) {
            for (int i = 0; i < count; i++) {
                target[i] = (float) (target[i] / divisor);
            }
        }
    }
}
