package dev.lockstep.core.data;

import java.util.List;

/**
 * How people write the ten digits: for each several variants of one or more pen strokes, in a box of 100 x 100 with y
 * downwards. Strokes that meet name the same point, so that a jitter keyed by the point keeps them joined.
 */
final class DigitGlyphs {
    /**
     * One stroke of the pen.
     *
     * @param smooth whether a curve is laid through the points, or straight lines
     * @param points x and y in turn, in hundredths of the box
     */
    @SuppressWarnings("ArrayRecordComponent") // private to the drawing, never compared
    record Stroke(boolean smooth, int[] points) {}

    /** The number of classes. */
    static final int DIGITS = 10;

    private static final List<List<List<Stroke>>> VARIANTS =
            List.of(zero(), one(), two(), three(), four(), five(), six(), seven(), eight(), nine());

    private DigitGlyphs() {}

    /** The ways in which a digit is written. */
    static List<List<Stroke>> variants(int digit) {
        return VARIANTS.get(digit);
    }

    private static Stroke curve(int... points) {
        return new Stroke(true, points);
    }

    private static Stroke line(int... points) {
        return new Stroke(false, points);
    }

    private static List<List<Stroke>> zero() {
        return List.of(
                List.of(curve(52, 2, 24, 14, 12, 48, 22, 84, 50, 98, 78, 84, 88, 50, 78, 16, 50, 3)),
                List.of(curve(58, 2, 36, 12, 24, 46, 28, 84, 48, 98, 68, 82, 76, 48, 68, 14, 50, 6)),
                List.of(curve(70, 12, 44, 3, 20, 24, 14, 60, 32, 94, 62, 92, 86, 62, 84, 26, 62, 6, 40, 8)));
    }

    private static List<List<Stroke>> one() {
        return List.of(
                List.of(line(50, 0, 50, 100)),
                List.of(line(60, 1, 42, 100)),
                List.of(line(30, 24, 54, 2, 52, 100)),
                List.of(line(30, 24, 54, 2, 52, 99), line(28, 99, 52, 99, 76, 98)));
    }

    private static List<List<Stroke>> two() {
        return List.of(
                List.of(curve(18, 26, 32, 5, 62, 4, 76, 26, 60, 58, 38, 80, 16, 96), line(16, 96, 86, 95)),
                List.of(curve(20, 20, 46, 2, 74, 18, 66, 50, 40, 82, 22, 94, 14, 82, 30, 74, 54, 90, 88, 92)),
                List.of(curve(16, 10, 48, 4, 72, 20, 68, 44, 44, 74, 14, 98), curve(14, 98, 46, 90, 66, 98, 88, 88)));
    }

    private static List<List<Stroke>> three() {
        return List.of(
                List.of(curve(18, 14, 46, 2, 74, 16, 68, 38, 40, 47), curve(40, 47, 72, 54, 82, 76, 56, 97, 16, 88)),
                List.of(line(20, 5, 78, 4, 44, 42), curve(44, 42, 76, 54, 80, 80, 50, 99, 16, 88)),
                List.of(curve(24, 18, 50, 4, 70, 20, 56, 42, 44, 46, 62, 50, 74, 70, 60, 94, 34, 98, 18, 84)));
    }

    private static List<List<Stroke>> four() {
        return List.of(
                List.of(line(62, 2, 12, 66, 90, 64), line(64, 2, 62, 100)),
                List.of(curve(24, 4, 20, 32, 18, 54), line(18, 54, 74, 52), line(72, 4, 70, 100)),
                List.of(curve(28, 6, 16, 38, 26, 54, 52, 54, 74, 44), curve(80, 4, 72, 50, 66, 100)),
                List.of(line(58, 34, 56, 98), line(56, 4, 16, 60, 86, 60)));
    }

    private static List<List<Stroke>> five() {
        return List.of(
                List.of(line(28, 5, 24, 44), curve(24, 44, 56, 38, 80, 60, 70, 88, 42, 99, 14, 90), line(28, 5, 80, 4)),
                List.of(curve(82, 5, 52, 6, 34, 10, 26, 40, 52, 44, 76, 64, 66, 92, 36, 98, 14, 88)),
                List.of(
                        curve(36, 6, 30, 26, 26, 46, 50, 46, 68, 62, 64, 86, 40, 98, 18, 96),
                        curve(36, 6, 58, 10, 84, 2)));
    }

    private static List<List<Stroke>> six() {
        return List.of(
                List.of(curve(70, 3, 42, 18, 22, 50, 24, 86, 50, 99, 76, 84, 72, 60, 46, 53, 24, 72)),
                List.of(curve(44, 1, 28, 36, 20, 72, 34, 97, 62, 96, 74, 76, 58, 62, 34, 70, 22, 84)),
                List.of(curve(78, 8, 48, 10, 20, 42, 16, 74, 38, 98, 68, 92, 78, 70, 56, 54, 28, 60, 18, 76)));
    }

    private static List<List<Stroke>> seven() {
        return List.of(
                List.of(line(14, 6, 82, 5, 44, 100)),
                List.of(line(14, 6, 82, 5, 44, 100), line(32, 54, 76, 50)),
                List.of(curve(12, 20, 16, 6, 44, 8, 84, 4), curve(84, 4, 60, 42, 46, 72, 42, 100)),
                List.of(curve(16, 14, 46, 4, 74, 14, 72, 44, 60, 74, 52, 100)));
    }

    private static List<List<Stroke>> eight() {
        return List.of(
                List.of(curve(76, 16, 50, 2, 26, 16, 38, 40, 68, 60, 78, 84, 50, 99, 22, 84, 34, 58, 66, 38, 76, 16)),
                List.of(
                        curve(50, 46, 28, 36, 28, 12, 50, 2, 72, 12, 72, 36, 50, 46),
                        curve(50, 46, 22, 60, 20, 86, 50, 99, 80, 86, 78, 60, 50, 46)),
                List.of(curve(84, 8, 56, 4, 30, 16, 40, 42, 60, 62, 62, 90, 40, 99, 26, 84, 44, 56, 70, 34, 84, 8)));
    }

    private static List<List<Stroke>> nine() {
        return List.of(
                List.of(curve(76, 20, 54, 3, 28, 14, 26, 40, 50, 52, 72, 38, 76, 20), line(76, 20, 68, 100)),
                List.of(curve(74, 24, 56, 3, 30, 12, 24, 36, 44, 48, 68, 36, 74, 24, 74, 58, 66, 88, 44, 99, 22, 92)),
                List.of(curve(80, 10, 50, 4, 24, 22, 26, 46, 52, 46, 74, 28, 80, 10, 70, 54, 50, 100)));
    }
}
