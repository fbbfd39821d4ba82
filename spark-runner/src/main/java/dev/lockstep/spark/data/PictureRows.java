package dev.lockstep.spark.data;

import dev.lockstep.core.data.ImageFolderData.ColorMode;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;

/**
 * The pixels of a decoded picture as values from 0 to 255, grey or red, green, blue, row by row. Transparency is ignored.
 */
final class PictureRows {
    private static final int BYTE_BITS = 8;
    private static final int LARGEST_BYTE = 255;
    private static final int BYTE_MASK = 0xFF;

    private final BufferedImage image;
    private final boolean isGrey;
    private final ColorMode colorMode;
    private final int[] pixels;

    PictureRows(BufferedImage image, ColorMode colorMode) {
        this.image = image;
        this.isGrey = image.getColorModel().getColorSpace().getType() == ColorSpace.TYPE_GRAY
                && !(image.getColorModel() instanceof IndexColorModel);
        this.colorMode = colorMode;
        this.pixels = new int[image.getWidth()];
    }

    int height() {
        return image.getHeight();
    }

    int width() {
        return image.getWidth();
    }

    /** Writes a row's values, pixel by pixel. */
    void read(int y, float[] target) {
        if (isGrey) {
            readGrey(y, target);
        } else {
            readColours(y, target);
        }
    }

    /** As stored: Java takes grey for linear light, and would brighten it on the way to sRGB. */
    private void readGrey(int y, float[] target) {
        Raster raster = image.getRaster();
        raster.getSamples(raster.getMinX(), raster.getMinY() + y, pixels.length, 1, 0, pixels);
        int bits = raster.getSampleModel().getSampleSize(0);
        int channels = colorMode.channels();
        for (int x = 0; x < pixels.length; x++) {
            int value =
                    bits >= BYTE_BITS ? pixels[x] >>> (bits - BYTE_BITS) : pixels[x] * LARGEST_BYTE / ((1 << bits) - 1);
            for (int c = 0; c < channels; c++) {
                target[x * channels + c] = value;
            }
        }
    }

    private void readColours(int y, float[] target) {
        image.getRGB(0, y, pixels.length, 1, pixels, 0, pixels.length);
        for (int x = 0; x < pixels.length; x++) {
            int red = pixels[x] >> 16 & BYTE_MASK;
            int green = pixels[x] >> 8 & BYTE_MASK;
            int blue = pixels[x] & BYTE_MASK;
            if (colorMode == ColorMode.RGB) {
                target[3 * x] = red;
                target[3 * x + 1] = green;
                target[3 * x + 2] = blue;
            } else {
                // ITU-R BT.601, as JPEG and Keras's decoders have it.
                target[x] = (float) (0.299 * red + 0.587 * green + 0.114 * blue);
            }
        }
    }
}
