package dev.lockstep.spark.tensorboard;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;

/**
 * A confusion matrix to look at: a row for each true class, a column for each predicted one, the darker the larger the
 * share of the row's samples. With few classes the numbers of the classes stand at the edges and the counts in the cells.
 */
final class ConfusionMatrixPicture {
    private static final int WHITE = 0xffffff;
    private static final int BLACK = 0x000000;
    private static final int DARKEST = 0x08306b;
    private static final int GRID = 0xd0d0d0;
    private static final int MOST_CLASSES_WITH_NUMBERS = 20;
    private static final int MOST_CLASSES = 1_000;
    private static final int LARGE_CELL = 44;
    private static final int SIDE = 800;
    private static final int SCALE = 2;
    private static final int CELL_PADDING = 4;

    private ConfusionMatrixPicture() {}

    /** The picture of rows of counts; empty where there are none, or too many. */
    static Optional<Picture> of(JsonNode matrix) {
        int classes = matrix.size();
        if (!matrix.isArray() || classes == 0 || classes > MOST_CLASSES) {
            return Optional.empty();
        }
        return Optional.of(classes > MOST_CLASSES_WITH_NUMBERS ? withoutNumbers(matrix) : withNumbers(matrix));
    }

    private static Picture withoutNumbers(JsonNode matrix) {
        int classes = matrix.size();
        int cell = Math.max(1, SIDE / classes);
        Picture picture = new Picture(classes * cell, classes * cell, WHITE);
        for (int row = 0; row < classes; row++) {
            for (int column = 0; column < classes; column++) {
                picture.fill(column * cell, row * cell, cell, cell, shade(share(matrix, row, column)));
            }
        }
        return picture;
    }

    private static Picture withNumbers(JsonNode matrix) {
        int classes = matrix.size();
        int cell = cellFor(matrix);
        int margin = cell / 2 + CELL_PADDING;
        Picture picture = new Picture(margin + classes * cell + 1, margin + classes * cell + 1, WHITE);
        picture.fill(margin, margin, classes * cell + 1, classes * cell + 1, GRID);
        for (int row = 0; row < classes; row++) {
            int middle = margin + row * cell + cell / 2;
            picture.write(row, margin / 2, middle, SCALE, BLACK);
            picture.write(row, middle, margin / 2, SCALE, BLACK);
            for (int column = 0; column < classes; column++) {
                double share = share(matrix, row, column);
                int left = margin + column * cell;
                picture.fill(left + 1, margin + row * cell + 1, cell - 1, cell - 1, shade(share));
                long count = matrix.path(row).path(column).asLong();
                picture.write(count, left + cell / 2, middle, SCALE, share > 0.5 ? WHITE : BLACK);
            }
        }
        return picture;
    }

    /** Of the samples of the true class. */
    private static double share(JsonNode matrix, int row, int column) {
        long total = total(matrix.path(row));
        return total == 0 ? 0 : matrix.path(row).path(column).asDouble() / total;
    }

    private static int cellFor(JsonNode matrix) {
        long largest = 0;
        for (JsonNode row : matrix) {
            for (JsonNode count : row) {
                largest = Math.max(largest, count.asLong());
            }
        }
        return Math.max(LARGE_CELL, Picture.widthOf(largest, SCALE) + 2 * CELL_PADDING);
    }

    private static long total(JsonNode row) {
        long total = 0;
        for (JsonNode count : row) {
            total += count.asLong();
        }
        return total;
    }

    /** From white to the darkest. */
    private static int shade(double share) {
        int color = 0;
        for (int shift = 16; shift >= 0; shift -= 8) {
            int darkest = DARKEST >> shift & 0xff;
            color |= (int) Math.round(0xff + share * (darkest - 0xff)) << shift;
        }
        return color;
    }
}
