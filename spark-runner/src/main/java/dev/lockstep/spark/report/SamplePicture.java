package dev.lockstep.spark.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Base64;
import java.util.Optional;
import javax.imageio.ImageIO;
import javax.imageio.stream.ImageOutputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** A sample that is an image, as an address that holds the image itself. */
final class SamplePicture {
    private static final int COLOURS = 3;

    /** Wider or higher ones are not drawn. */
    private static final int LARGEST_SIDE = 128;

    private SamplePicture() {}

    /**
     * The address; empty when the pixels are not those of such an image.
     *
     * @param shape height, width and, where there are any, channels
     * @param pixels Base64 of one byte each, channels last
     */
    static Optional<String> dataUri(JsonNode shape, JsonNode pixels) {
        int height = shape.path(0).asInt();
        int width = shape.path(1).asInt();
        int channels = shape.size() == 2 ? 1 : shape.path(2).asInt();
        boolean isImage = (shape.size() == 2 || shape.size() == 3)
                && (channels == 1 || channels == COLOURS)
                && isSide(height)
                && isSide(width);
        if (!isImage || !pixels.isTextual()) {
            return Optional.empty();
        }
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(pixels.asText());
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
        return bytes.length == height * width * channels
                ? Optional.of("data:image/png;base64,"
                        + Base64.getEncoder().encodeToString(png(bytes, height, width, channels)))
                : Optional.empty();
    }

    private static boolean isSide(int length) {
        return length >= 1 && length <= LARGEST_SIDE;
    }

    private static byte[] png(byte[] bytes, int height, int width, int channels) {
        BufferedImage image = new BufferedImage(
                width, height, channels == 1 ? BufferedImage.TYPE_BYTE_GRAY : BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int at = (y * width + x) * channels;
                if (channels == 1) {
                    // The raster, not setRGB: that would convert between colour spaces.
                    image.getRaster().setSample(x, y, 0, bytes[at] & 0xff);
                } else {
                    image.setRGB(x, y, (bytes[at] & 0xff) << 16 | (bytes[at + 1] & 0xff) << 8 | (bytes[at + 2] & 0xff));
                }
            }
        }
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        // In memory: the other kind of stream leaves files behind when the process dies.
        try (ImageOutputStream stream = new MemoryCacheImageOutputStream(png)) {
            ImageIO.write(image, "png", stream);
        } catch (IOException e) {
            throw new IllegalStateException("memory does not fail to be written", e);
        }
        return png.toByteArray();
    }
}
