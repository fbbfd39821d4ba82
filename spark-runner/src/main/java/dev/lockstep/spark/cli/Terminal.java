package dev.lockstep.spark.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/** The terminal that the process was started in, if it was. */
final class Terminal {
    private static final int USUAL_COLUMNS = 80;
    private static final int ANSWER_SECONDS = 2;

    private Terminal() {}

    /** Whether standard input and output are a terminal that understands control sequences. */
    @SuppressWarnings("SystemConsoleNull") // Java 17, as the build requires
    static boolean isPresent() {
        return System.console() != null && !"dumb".equals(System.getenv("TERM"));
    }

    /** Its width in characters, as {@code stty} tells it; 80 if that is not to be had. */
    static int columns() {
        try {
            Process stty = new ProcessBuilder("stty", "size")
                    .redirectInput(ProcessBuilder.Redirect.INHERIT)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (!stty.waitFor(ANSWER_SECONDS, TimeUnit.SECONDS)) {
                stty.destroyForcibly();
                return USUAL_COLUMNS;
            }
            return columns(new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII));
        } catch (IOException noStty) {
            return USUAL_COLUMNS;
        } catch (InterruptedException interruption) {
            Thread.currentThread().interrupt();
            return USUAL_COLUMNS;
        }
    }

    /** Reads rows and columns; terminals without a size say 0. */
    static int columns(String rowsAndColumns) {
        String[] numbers = rowsAndColumns.strip().split(" ", -1);
        if (numbers.length != 2 || !numbers[1].matches("[1-9]\\d{0,4}")) {
            return USUAL_COLUMNS;
        }
        return Integer.parseInt(numbers[1]);
    }
}
