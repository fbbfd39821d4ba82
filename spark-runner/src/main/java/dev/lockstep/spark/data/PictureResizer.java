package dev.lockstep.spark.data;

import dev.lockstep.core.data.ImageFolderData.ColorMode;
import dev.lockstep.core.data.ImageFolderData.Interpolation;
import java.awt.image.BufferedImage;
import java.util.Arrays;

/**
 * Makes samples of one size out of pictures of any: each value of the result is a weighted sum of rows, and within it of
 * columns, with the weights of {@link ResizeWeights}. Plain float arithmetic, the same on every machine.
 */
final class PictureResizer {
    private final int height;
    private final int width;
    private final ColorMode colorMode;
    private final Interpolation interpolation;

    PictureResizer(int height, int width, ColorMode colorMode, Interpolation interpolation) {
        this.height = height;
        this.width = width;
        this.colorMode = colorMode;
        this.interpolation = interpolation;
    }

    /** The sample (height, width, channels), one byte a value. */
    byte[] resize(BufferedImage image) {
        PictureRows rows = new PictureRows(image, colorMode);
        ResizeWeights down = ResizeWeights.of(interpolation, rows.height(), height);
        ResizeWeights across = ResizeWeights.of(interpolation, rows.width(), width);
        int channels = colorMode.channels();
        byte[] sample = new byte[height * width * channels];
        float[] row = new float[rows.width() * channels];
        float[] mixed = new float[row.length];
        for (int y = 0; y < height; y++) {
            Arrays.fill(mixed, 0);
            for (int i = 0; i < down.count(y); i++) {
                rows.read(down.first(y) + i, row);
                float weight = down.weight(y, i);
                for (int j = 0; j < row.length; j++) {
                    mixed[j] += weight * row[j];
                }
            }
            for (int x = 0; x < width; x++) {
                for (int c = 0; c < channels; c++) {
                    sample[(y * width + x) * channels + c] = (byte) Math.round(sum(mixed, across, x, channels, c));
                }
            }
        }
        return sample;
    }

    private static float sum(float[] row, ResizeWeights across, int x, int channels, int channel) {
        float sum = 0;
        for (int i = 0; i < across.count(x); i++) {
            sum += across.weight(x, i) * row[(across.first(x) + i) * channels + channel];
        }
        return sum;
    }
}
