package dev.lockstep.core.augmentation;

/**
 * Moves the pixels of images (height, width, channels): for each pixel of the result its place in the source is
 * computed and the four pixels around that are interpolated (bilinear). Several moves are one pass, in the order mirror,
 * turn, zoom, shift. Not safe for several threads.
 */
final class AffineWarp {
    private final int height;
    private final int width;
    private final int channels;
    private final FillMode fillMode;
    private final float fillValue;
    private final float[] source;

    private boolean mirrorX;
    private boolean mirrorY;
    private double angle;
    private double zoomY;
    private double zoomX;
    private double shiftY;
    private double shiftX;

    AffineWarp(int height, int width, int channels, FillMode fillMode, double fillValue) {
        this.height = height;
        this.width = width;
        this.channels = channels;
        this.fillMode = fillMode;
        this.fillValue = (float) fillValue;
        this.source = new float[height * width * channels];
        reset();
    }

    /** No move. */
    void reset() {
        mirrorX = false;
        mirrorY = false;
        angle = 0;
        zoomY = 1;
        zoomX = 1;
        shiftY = 0;
        shiftX = 0;
    }

    /** Mirrors left and right, top and bottom. */
    void mirror(boolean horizontally, boolean vertically) {
        mirrorX = horizontally;
        mirrorY = vertically;
    }

    /** Turns counter-clockwise, in radians. */
    void turn(double radians) {
        angle = radians;
    }

    /** How many pixels of the source one of the result stands for, down and across. */
    void zoom(double down, double across) {
        zoomY = down;
        zoomX = across;
    }

    /** Shifts by pixels, down and to the right. */
    void shift(double down, double right) {
        shiftY = down;
        shiftX = right;
    }

    private boolean isIdentity() {
        return !mirrorX && !mirrorY && angle == 0 && zoomY == 1 && zoomX == 1 && shiftY == 0 && shiftX == 0;
    }

    /** Moves the pixels of the image at {@code images[offset ...]}, in place. */
    void apply(float[] images, int offset) {
        if (isIdentity()) {
            return;
        }
        System.arraycopy(images, offset, source, 0, source.length);
        // StrictMath gives the same bits on every machine.
        double cosine = StrictMath.cos(angle);
        double sine = StrictMath.sin(angle);
        double signX = mirrorX ? -1 : 1;
        double signY = mirrorY ? -1 : 1;
        double xByX = signX * cosine * zoomX;
        double xByY = -signX * sine * zoomY;
        double yByX = signY * sine * zoomX;
        double yByY = signY * cosine * zoomY;
        double centreX = (width - 1) / 2.0;
        double centreY = (height - 1) / 2.0;
        int target = offset;
        for (int y = 0; y < height; y++) {
            double fromCentreY = y - centreY - shiftY;
            double rowX = centreX + xByY * fromCentreY;
            double rowY = centreY + yByY * fromCentreY;
            for (int x = 0; x < width; x++) {
                double fromCentreX = x - centreX - shiftX;
                interpolate(rowY + yByX * fromCentreX, rowX + xByX * fromCentreX, images, target);
                target += channels;
            }
        }
    }

    private void interpolate(double y, double x, float[] images, int target) {
        int top = floor(y);
        int left = floor(x);
        float down = (float) (y - top);
        float right = (float) (x - left);
        if (top >= 0 && left >= 0 && top < height - 1 && left < width - 1) {
            int upper = (top * width + left) * channels;
            int lower = upper + width * channels;
            for (int c = 0; c < channels; c++) {
                float above = source[upper + c] + right * (source[upper + channels + c] - source[upper + c]);
                float below = source[lower + c] + right * (source[lower + channels + c] - source[lower + c]);
                images[target + c] = above + down * (below - above);
            }
        } else {
            interpolateAtTheEdge(top, left, down, right, images, target);
        }
    }

    private void interpolateAtTheEdge(int top, int left, float down, float right, float[] images, int target) {
        int y0 = fillMode.source(top, height);
        int y1 = fillMode.source(top + 1, height);
        int x0 = fillMode.source(left, width);
        int x1 = fillMode.source(left + 1, width);
        for (int c = 0; c < channels; c++) {
            float above = value(y0, x0, c) + right * (value(y0, x1, c) - value(y0, x0, c));
            float below = value(y1, x0, c) + right * (value(y1, x1, c) - value(y1, x0, c));
            images[target + c] = above + down * (below - above);
        }
    }

    private float value(int y, int x, int channel) {
        return y == FillMode.OUTSIDE || x == FillMode.OUTSIDE
                ? fillValue
                : source[(y * width + x) * channels + channel];
    }

    private static int floor(double value) {
        int towardsZero = (int) value;
        return value < towardsZero ? towardsZero - 1 : towardsZero;
    }
}
