package dev.lockstep.spark.tensorboard;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Locale;
import javax.imageio.ImageIO;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/**
 * Rectangles and digits in colours. Drawn value by value and with digits of its own: machines without a screen often have
 * no fonts either, and Java's drawing fails there.
 */
final class Picture {
    /** What a digit takes, without the gap to the next. */
    static final int DIGIT_WIDTH = 3;

    static final int DIGIT_HEIGHT = 5;

    /** Five rows of three values each, from the top left: 1 is ink. */
    private static final String[] DIGITS = {
        "111101101101111",
        "010110010010111",
        "111001111100111",
        "111001111001111",
        "101101111001001",
        "111100111001111",
        "111100111101111",
        "111001001001001",
        "111101111101111",
        "111101111001111",
    };

    private final BufferedImage image;

    Picture(int width, int height, int background) {
        image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        fill(0, 0, width, height, background);
    }

    int width() {
        return image.getWidth();
    }

    int height() {
        return image.getHeight();
    }

    /** Paints a rectangle; what lies outside of the picture is cut off. */
    void fill(int left, int top, int width, int height, int color) {
        for (int y = Math.max(0, top); y < Math.min(top + height, height()); y++) {
            for (int x = Math.max(0, left); x < Math.min(left + width, width()); x++) {
                image.setRGB(x, y, color);
            }
        }
    }

    /** How wide a number gets. */
    static int widthOf(long number, int scale) {
        int digits = Long.toString(number).length();
        return (digits * (DIGIT_WIDTH + 1) - 1) * scale;
    }

    /**
     * Writes a number that is not negative, its middle at a point.
     *
     * @param scale side of a value of a digit
     */
    void write(long number, int centerX, int centerY, int scale, int color) {
        int left = centerX - widthOf(number, scale) / 2;
        int top = centerY - DIGIT_HEIGHT * scale / 2;
        for (char digit : String.format(Locale.ROOT, "%d", number).toCharArray()) {
            String values = DIGITS[digit - '0'];
            for (int i = 0; i < values.length(); i++) {
                if (values.charAt(i) == '1') {
                    int x = left + i % DIGIT_WIDTH * scale;
                    int y = top + i / DIGIT_WIDTH * scale;
                    fill(x, y, scale, scale, color);
                }
            }
            left += (DIGIT_WIDTH + 1) * scale;
        }
    }

    /** The picture as the bytes of a PNG file. */
    byte[] toPng() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        // In memory: by default ImageIO writes a temporary file.
        try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
            if (!ImageIO.write(image, "png", out)) {
                throw new IOException("this Java has no writer for PNG");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}
