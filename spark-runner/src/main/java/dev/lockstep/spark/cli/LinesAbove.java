package dev.lockstep.spark.cli;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.util.function.Consumer;

/** Takes bytes and hands on whole lines, so that what others print does not run into a line that is being redrawn. */
final class LinesAbove extends OutputStream {
    private final Consumer<byte[]> lines;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();

    /**
     * A stream.
     *
     * @param lines takes each line with its end; and, when the stream is closed, what has no end
     */
    LinesAbove(Consumer<byte[]> lines) {
        this.lines = lines;
    }

    @Override
    public synchronized void write(int value) {
        line.write(value);
        if (value == '\n') {
            handOn();
        }
    }

    @Override
    public synchronized void write(byte[] bytes, int offset, int length) {
        for (int index = offset; index < offset + length; index++) {
            write(bytes[index]);
        }
    }

    @Override
    public synchronized void close() {
        if (line.size() > 0) {
            handOn();
        }
    }

    private void handOn() {
        byte[] whole = line.toByteArray();
        line.reset();
        lines.accept(whole);
    }
}
