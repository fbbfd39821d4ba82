package dev.lockstep.spark.tensorboard;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * Samples that are images, side by side, each in a frame: green where the network was right, red where it was wrong. Below
 * it stand the true class and, in the colour of the frame, the predicted one.
 */
final class SamplesPicture {
    private static final int WHITE = 0xffffff;
    private static final int BLACK = 0x000000;
    private static final int RIGHT = 0x2e7d32;
    private static final int WRONG = 0xc62828;
    private static final int LARGEST_SIDE = 128;
    private static final int SMALLEST_SHOWN = 64;
    private static final int COLUMNS = 8;
    private static final int FRAME = 3;
    private static final int GAP = 6;
    private static final int SCALE = 2;
    private static final int TEXT = Picture.DIGIT_HEIGHT * SCALE + GAP;
    private static final int COLORS = 3;

    private final int height;
    private final int width;
    private final int channels;
    private final int zoom;

    private SamplesPicture(int height, int width, int channels) {
        this.height = height;
        this.width = width;
        this.channels = channels;
        this.zoom = Math.max(1, SMALLEST_SHOWN / Math.max(height, width));
    }

    /**
     * The picture; empty where the samples are no images, or large ones.
     *
     * @param shape height, width and, where there are any, channels
     * @param samples each with {@code pixels}, Base64 of one byte each, channels last
     */
    static Optional<Picture> of(JsonNode shape, JsonNode samples) {
        int height = shape.path(0).asInt();
        int width = shape.path(1).asInt();
        int channels = shape.size() == 2 ? 1 : shape.path(2).asInt();
        boolean isImage = (shape.size() == 2 || shape.size() == 3)
                && (channels == 1 || channels == COLORS)
                && height >= 1
                && width >= 1
                && Math.max(height, width) <= LARGEST_SIDE;
        return isImage ? new SamplesPicture(height, width, channels).draw(samples) : Optional.empty();
    }

    private Optional<Picture> draw(JsonNode samples) {
        List<JsonNode> images = new ArrayList<>();
        for (JsonNode sample : samples) {
            if (pixels(sample).length == height * width * channels) {
                images.add(sample);
            }
        }
        if (images.isEmpty()) {
            return Optional.empty();
        }
        int columns = Math.min(COLUMNS, images.size());
        int rows = (images.size() + columns - 1) / columns;
        int cellWidth = width * zoom + 2 * FRAME + GAP;
        int cellHeight = height * zoom + 2 * FRAME + GAP + TEXT;
        Picture picture = new Picture(columns * cellWidth + GAP, rows * cellHeight + GAP, WHITE);
        for (int i = 0; i < images.size(); i++) {
            draw(images.get(i), GAP + i % columns * cellWidth, GAP + i / columns * cellHeight, picture);
        }
        return Optional.of(picture);
    }

    private static byte[] pixels(JsonNode sample) {
        try {
            return Base64.getDecoder().decode(sample.path("pixels").asText());
        } catch (IllegalArgumentException e) {
            return new byte[0];
        }
    }

    private void draw(JsonNode sample, int left, int top, Picture picture) {
        JsonNode actual = sample.path("actual");
        JsonNode predicted = sample.path("predicted");
        boolean areClasses = isClass(actual) && isClass(predicted);
        int color = areClasses ? (actual.asLong() == predicted.asLong() ? RIGHT : WRONG) : BLACK;
        int frameWidth = width * zoom + 2 * FRAME;
        int frameHeight = height * zoom + 2 * FRAME;
        picture.fill(left, top, frameWidth, frameHeight, color);
        byte[] pixels = pixels(sample);
        for (int i = 0; i < height * width; i++) {
            int x = left + FRAME + i % width * zoom;
            int y = top + FRAME + i / width * zoom;
            picture.fill(x, y, zoom, zoom, color(pixels, i * channels));
        }
        if (areClasses) {
            int middle = top + frameHeight + TEXT / 2;
            picture.write(actual.asLong(), left + frameWidth / 4, middle, SCALE, BLACK);
            picture.write(predicted.asLong(), left + frameWidth * 3 / 4, middle, SCALE, color);
        }
    }

    private static boolean isClass(JsonNode value) {
        return value.isIntegralNumber() && value.asLong() >= 0;
    }

    private int color(byte[] pixels, int at) {
        int red = pixels[at] & 0xff;
        int green = channels == 1 ? red : pixels[at + 1] & 0xff;
        int blue = channels == 1 ? red : pixels[at + 2] & 0xff;
        return red << 16 | green << 8 | blue;
    }
}
