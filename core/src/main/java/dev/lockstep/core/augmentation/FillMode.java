package dev.lockstep.core.augmentation;

import dev.lockstep.core.schema.Meaning;

/** What a moved image shows where its source lies outside of the picture; names and meanings are Keras's. */
public enum FillMode {
    /** Mirrored at the edge. */
    @Meaning("the picture mirrored at its edge: `d c b a | a b c d | d c b a`")
    REFLECT,
    /** The nearest pixel of the edge. */
    @Meaning("the nearest pixel of the edge: `a a a a | a b c d | d d d d`")
    NEAREST,
    /** The picture again. */
    @Meaning("the picture again: `a b c d | a b c d | a b c d`")
    WRAP,
    /** One value. */
    @Meaning("`fill_value`: `k k k k | a b c d | k k k k`")
    CONSTANT;

    /** Not within the picture. */
    static final int OUTSIDE = -1;

    /** Which of {@code size} pixels stands for the one at a position; {@link #OUTSIDE} for none of them. */
    int source(int position, int size) {
        if (position >= 0 && position < size) {
            return position;
        }
        return switch (this) {
            case REFLECT -> mirrored(position, size);
            case NEAREST -> position < 0 ? 0 : size - 1;
            case WRAP -> Math.floorMod(position, size);
            case CONSTANT -> OUTSIDE;
        };
    }

    private static int mirrored(int position, int size) {
        int inPeriod = (int) Math.floorMod((long) position, 2L * size);
        return inPeriod < size ? inPeriod : 2 * size - 1 - inPeriod;
    }
}
