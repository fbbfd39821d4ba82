package dev.lockstep.core.augmentation;

/**
 * Blurs images (height, width, channels) with a Gaussian window, first along the rows, then along the columns. Beyond the
 * edge the picture goes on mirrored, which keeps the sum of its values. Not safe for several threads.
 */
final class GaussianBlur {
    private final int height;
    private final int width;
    private final int channels;
    private final int radius;
    private final float[] window;
    private final float[] between;
    private final int[] sourceRows;
    private final int[] sourceColumns;

    GaussianBlur(int height, int width, int channels, int kernelSize) {
        this.height = height;
        this.width = width;
        this.channels = channels;
        this.radius = kernelSize / 2;
        this.window = new float[kernelSize];
        this.between = new float[height * width * channels];
        this.sourceRows = mirrored(height);
        this.sourceColumns = mirrored(width);
    }

    /** Which pixel stands at each place from {@code -radius} on. */
    private int[] mirrored(int size) {
        int[] sources = new int[size + 2 * radius];
        for (int i = 0; i < sources.length; i++) {
            sources[i] = FillMode.REFLECT.source(i - radius, size);
        }
        return sources;
    }

    /** Blurs the image at {@code images[offset ...]}, in place. */
    void apply(float[] images, int offset, double sigma) {
        if (sigma == 0 || radius == 0) {
            return;
        }
        chooseWindow(sigma);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                for (int c = 0; c < channels; c++) {
                    float sum = 0;
                    for (int k = 0; k < window.length; k++) {
                        sum += window[k] * images[offset + (y * width + sourceColumns[x + k]) * channels + c];
                    }
                    between[(y * width + x) * channels + c] = sum;
                }
            }
        }
        int rowValues = width * channels;
        for (int y = 0; y < height; y++) {
            for (int i = 0; i < rowValues; i++) {
                float sum = 0;
                for (int k = 0; k < window.length; k++) {
                    sum += window[k] * between[sourceRows[y + k] * rowValues + i];
                }
                images[offset + y * rowValues + i] = sum;
            }
        }
    }

    private void chooseWindow(double sigma) {
        double sum = 0;
        for (int k = 0; k < window.length; k++) {
            sum += weight(k - radius, sigma);
        }
        for (int k = 0; k < window.length; k++) {
            window[k] = (float) (weight(k - radius, sigma) / sum);
        }
    }

    private static double weight(int distance, double sigma) {
        double deviations = distance / sigma;
        return StrictMath.exp(-0.5 * deviations * deviations);
    }
}
