package dev.lockstep.core.data;

import dev.lockstep.core.random.CounterRandom;
import java.util.Arrays;

/**
 * A small grey canvas that is drawn on with a round pen: a pixel's ink is how far the pen's edge reaches into it, by
 * the distance from the pixel's centre to the line, so that edges are anti-aliased. Plain double arithmetic, which
 * Java 17 evaluates alike on every machine.
 */
final class DigitCanvas {
    /** Pixels of one side. */
    static final int SIDE = 28;

    /** Pixels of one picture. */
    static final int PIXELS = SIDE * SIDE;

    private double[] ink = new double[PIXELS];
    private double[] blurred = new double[PIXELS];

    /** Removes everything. */
    void clear() {
        Arrays.fill(ink, 0);
    }

    /** Draws a straight piece between two points, in pixels, with the radius of the pen at its two ends. */
    void line(double x0, double y0, double radius0, double x1, double y1, double radius1) {
        double reach = Math.max(radius0, radius1) + 1;
        int left = Math.max(0, (int) Math.floor(Math.min(x0, x1) - reach));
        int right = Math.min(SIDE - 1, (int) Math.ceil(Math.max(x0, x1) + reach));
        int top = Math.max(0, (int) Math.floor(Math.min(y0, y1) - reach));
        int bottom = Math.min(SIDE - 1, (int) Math.ceil(Math.max(y0, y1) + reach));
        double dx = x1 - x0;
        double dy = y1 - y0;
        double lengthSquared = dx * dx + dy * dy;
        for (int row = top; row <= bottom; row++) {
            for (int column = left; column <= right; column++) {
                double px = column - x0;
                double py = row - y0;
                double along = lengthSquared == 0 ? 0 : clamp((px * dx + py * dy) / lengthSquared);
                double ex = px - along * dx;
                double ey = py - along * dy;
                double radius = radius0 + along * (radius1 - radius0);
                double covered = clamp(radius + 0.5 - Math.sqrt(ex * ex + ey * ey));
                int pixel = row * SIDE + column;
                ink[pixel] = Math.max(ink[pixel], covered);
            }
        }
    }

    /** Spreads a share of every pixel's ink over its eight neighbours. */
    void blur(double share) {
        double side = share / 6;
        double corner = share / 12;
        for (int row = 0; row < SIDE; row++) {
            for (int column = 0; column < SIDE; column++) {
                double cross = at(row - 1, column) + at(row + 1, column) + at(row, column - 1) + at(row, column + 1);
                double diagonal = at(row - 1, column - 1)
                        + at(row - 1, column + 1)
                        + at(row + 1, column - 1)
                        + at(row + 1, column + 1);
                blurred[row * SIDE + column] =
                        (1 - share) * ink[row * SIDE + column] + side * cross + corner * diagonal;
            }
        }
        double[] swapped = ink;
        ink = blurred;
        blurred = swapped;
    }

    /**
     * Writes the picture as bytes, 0 for paper and 255 for full ink, with a grain that only inked pixels show.
     *
     * @param strength of the ink, 1 for full
     * @param grain standard deviation of the grain at full ink
     * @param key of the grain
     */
    void copyTo(byte[] target, int offset, double strength, double grain, long key) {
        for (int pixel = 0; pixel < PIXELS; pixel++) {
            double value = ink[pixel];
            if (value > 0) {
                value = clamp(strength * value * (1 + grain * bell(CounterRandom.bits(key, pixel))));
            }
            target[offset + pixel] = (byte) (int) (255 * value + 0.5);
        }
    }

    /** Near-normal with variance 1: four 16-bit uniforms added, which costs no logarithm. */
    private static double bell(long bits) {
        long sum = (bits & 0xFFFF) + (bits >>> 16 & 0xFFFF) + (bits >>> 32 & 0xFFFF) + (bits >>> 48);
        return (sum * 0x1.0p-16 - 2) * 1.7320508075688772;
    }

    private double at(int row, int column) {
        return row < 0 || row >= SIDE || column < 0 || column >= SIDE ? 0 : ink[row * SIDE + column];
    }

    private static double clamp(double value) {
        return Math.max(0, Math.min(1, value));
    }
}
