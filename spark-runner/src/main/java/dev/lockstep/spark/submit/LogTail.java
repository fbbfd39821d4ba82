package dev.lockstep.spark.submit;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The end of a log: as much as a person reads. */
final class LogTail {
    /** As many bytes are asked for. */
    static final int BYTES = 16 << 10;

    private static final int LINES = 40;
    private static final int LINE_CHARACTERS = 400;

    private LogTail() {}

    /** The last lines of a text whose first line may be cut. */
    static String of(String text) {
        List<String> lines = text.lines()
                .map(line -> line.length() > LINE_CHARACTERS ? line.substring(0, LINE_CHARACTERS) + " ..." : line)
                .toList();
        return String.join("\n", lines.subList(Math.max(0, lines.size() - LINES), lines.size()))
                .stripTrailing();
    }

    /** The last lines of a file; empty where it cannot be read. */
    static String of(Path file) {
        try (RandomAccessFile opened = new RandomAccessFile(file.toFile(), "r")) {
            long skipped = Math.max(0, opened.length() - BYTES);
            opened.seek(skipped);
            byte[] bytes = new byte[(int) (opened.length() - skipped)];
            opened.readFully(bytes);
            String text = new String(bytes, StandardCharsets.UTF_8);
            return of(skipped == 0 ? text : text.substring(text.indexOf('\n') + 1));
        } catch (IOException unreadable) {
            return "";
        }
    }

    /**
     * The file that takes the standard error of a driver in the cluster: YARN says where its folder is, Spark's own
     * cluster runs the driver beside it.
     *
     * @param properties of the system
     * @param workingDirectory of the process
     */
    static Optional<Path> ofDriver(Function<String, @Nullable String> properties, Path workingDirectory) {
        String folder = properties.apply("spark.yarn.app.container.log.dir");
        if (folder != null) {
            return Optional.of(Path.of(folder, "stderr"));
        }
        return StandaloneDriver.name(properties, workingDirectory).map(name -> workingDirectory.resolve("stderr"));
    }

    /** For reading below a sentence. */
    static String indented(String text) {
        return text.lines()
                .map(line -> "    " + line)
                .reduce((a, b) -> a + "\n" + b)
                .orElse("");
    }
}
