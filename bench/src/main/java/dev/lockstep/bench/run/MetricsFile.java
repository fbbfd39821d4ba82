package dev.lockstep.bench.run;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The epochs in a {@code metrics.jsonl} that is being written. */
final class MetricsFile {
    private final Path file;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private long position;

    MetricsFile(Path file) {
        this.file = file;
    }

    /** The epochs that have been written since the last call; a line that is not whole yet waits for the next. */
    List<EpochEvent> readNew() {
        List<EpochEvent> epochs = new ArrayList<>();
        for (byte next : newBytes()) {
            if (next == '\n') {
                EpochEvent.parse(line.toString(StandardCharsets.UTF_8)).ifPresent(epochs::add);
                line.reset();
            } else {
                line.write(next);
            }
        }
        return epochs;
    }

    private byte[] newBytes() {
        if (!Files.exists(file)) {
            return new byte[0];
        }
        try (RandomAccessFile metrics = new RandomAccessFile(file.toFile(), "r")) {
            byte[] bytes = new byte[Math.toIntExact(metrics.length() - position)];
            metrics.seek(position);
            metrics.readFully(bytes);
            position += bytes.length;
            return bytes;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
