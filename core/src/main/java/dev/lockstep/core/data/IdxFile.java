package dev.lockstep.core.data;

import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * Reads an IDX file of unsigned bytes from front to back, plain or gzip, which is told by its first two bytes and not
 * by its name. Every failure is a {@link LockstepException} with {@link ExitCode#DATA} that names the file; byte
 * positions in messages count the uncompressed file. Reading the last sample also checks that the file ends there,
 * and with it the checksum of a gzip file.
 */
public final class IdxFile implements AutoCloseable {
    private static final int GZIP_MAGIC = 0x1F8B;
    private static final int BUFFER_BYTES = 1 << 16;
    private static final int PIECE_BYTES = 1 << 20;

    /** What a file is expected to hold. */
    public enum Content {
        /** Two or more dimensions: samples, then the shape of one. */
        IMAGES,
        /** One dimension: a class index a sample. */
        LABELS
    }

    private final InputStream stream;
    private final String name;
    private final IdxHeader header;
    private long position;
    private long announcedBytes = -1;

    private IdxFile(InputStream raw, String name, Content expected) throws IOException {
        this.name = name;
        this.stream = uncompressed(raw, name);
        this.header = readHeader(expected);
        this.announcedBytes = header.fileBytes();
    }

    /**
     * Reads the header. The stream is closed with this file, also when opening fails.
     *
     * @param name for messages
     * @throws LockstepException when it is no such file
     */
    public static IdxFile open(InputStream stream, String name, Content expected) {
        try {
            return new IdxFile(stream, name, expected);
        } catch (IOException | RuntimeException e) {
            try {
                stream.close();
            } catch (IOException closing) {
                e.addSuppressed(closing);
            }
            throw e instanceof IOException failure ? unreadable(name, failure) : (RuntimeException) e;
        }
    }

    /** Reads a whole label file and closes the stream. Labels are unsigned bytes. */
    public static byte[] readLabels(InputStream stream, String name) {
        try (IdxFile file = open(stream, name, Content.LABELS)) {
            int samples = file.header.samples();
            // Room is made as labels arrive: a header that promises many costs little.
            byte[] labels = new byte[Math.min(samples, BUFFER_BYTES)];
            for (int read = 0; read < samples; ) {
                if (read == labels.length) {
                    labels = Arrays.copyOf(labels, (int) Math.min(samples, 2L * labels.length));
                }
                file.read(labels, read, labels.length - read);
                read = labels.length;
            }
            return labels;
        }
    }

    /** The dimensions. */
    public IdxHeader header() {
        return header;
    }

    /** The sample that the next {@link #read} starts at. */
    public int nextSample() {
        return (int) ((position - header.headerBytes()) / header.sampleBytes());
    }

    /**
     * Skips forward to a sample.
     *
     * @throws IllegalArgumentException when it lies behind, or beyond the end
     */
    public void skipTo(int sample) {
        if (sample < nextSample() || sample > header.samples()) {
            throw new IllegalArgumentException(
                    "sample " + sample + " is not within " + nextSample() + ".." + header.samples() + " of " + name);
        }
        long target = header.headerBytes() + (long) sample * header.sampleBytes();
        // Read, not InputStream.skip: only so is the position known where a file ends too early.
        byte[] skipped = new byte[(int) Math.min(BUFFER_BYTES, target - position)];
        while (position < target) {
            fill(skipped, 0, (int) Math.min(skipped.length, target - position));
        }
    }

    /**
     * Reads samples piece by piece, however large one of them is said to be.
     *
     * @param bytes takes the pieces; the array is used again
     * @throws LockstepException when the file ends before
     */
    void read(int samples, PieceConsumer bytes) throws IOException {
        requireThere(samples);
        long end = position + (long) samples * header.sampleBytes();
        byte[] piece = new byte[(int) Math.min(PIECE_BYTES, end - position)];
        while (position < end) {
            int wanted = (int) Math.min(piece.length, end - position);
            fill(piece, 0, wanted);
            bytes.accept(piece, wanted);
        }
        if (position == announcedBytes) {
            requireEnd();
        }
    }

    /** Takes the first bytes of an array. */
    @FunctionalInterface
    interface PieceConsumer {
        void accept(byte[] piece, int count) throws IOException;
    }

    private void requireThere(int samples) {
        if (samples < 0 || samples > header.samples() - nextSample()) {
            throw new IllegalArgumentException(
                    samples + " samples from " + nextSample() + " are beyond the " + header.samples() + " of " + name);
        }
    }

    /**
     * Reads the next samples into {@code into[offset ...]}, {@link IdxHeader#sampleBytes()} each.
     *
     * @throws LockstepException when the file ends before
     */
    public void read(byte[] into, int offset, int samples) {
        requireThere(samples);
        int wanted = Math.multiplyExact(samples, header.sampleBytes());
        fill(into, offset, wanted);
        if (position == announcedBytes) {
            requireEnd();
        }
    }

    @Override
    public void close() {
        try {
            stream.close();
        } catch (IOException e) {
            throw unreadable(name, e);
        }
    }

    private void fill(byte[] into, int offset, int wanted) {
        try {
            int filled = 0;
            while (filled < wanted) {
                int count = stream.read(into, offset + filled, wanted - filled);
                if (count < 0) {
                    throw new EOFException();
                }
                filled += count;
                position += count;
            }
        } catch (EOFException e) {
            throw truncated(e);
        } catch (IOException e) {
            throw unreadable(name, e);
        }
    }

    private void requireEnd() {
        try {
            if (stream.read() >= 0) {
                throw damaged(name + " goes on after the " + announcedBytes + " bytes that its header "
                        + header.dimensions() + " announces; the file is damaged or its header is wrong");
            }
        } catch (EOFException e) {
            throw new LockstepException(
                    ExitCode.DATA,
                    name + " is truncated: its " + announcedBytes + " bytes are there but not the checksum of the gzip"
                            + " after them; fetch or copy it again",
                    e);
        } catch (IOException e) {
            throw unreadable(name, e);
        }
    }

    private static InputStream uncompressed(InputStream raw, String name) throws IOException {
        PushbackInputStream stream = new PushbackInputStream(new BufferedInputStream(raw, BUFFER_BYTES), 2);
        byte[] start = stream.readNBytes(2);
        stream.unread(start);
        if (start.length < 2) {
            throw damaged(name + " ends at byte " + start.length + "; expected an IDX file, plain or gzip");
        }
        if ((((start[0] & 0xFF) << 8) | (start[1] & 0xFF)) == GZIP_MAGIC) {
            try {
                return new GZIPInputStream(stream, BUFFER_BYTES);
            } catch (EOFException e) {
                throw new LockstepException(
                        ExitCode.DATA, name + " is truncated: it ends within its gzip header; fetch it again", e);
            }
        }
        if (start[0] != 0 || start[1] != 0) {
            throw damaged(String.format(
                    "%s begins with bytes %02X %02X; expected an IDX file (00 00) or a gzip of one (1F 8B)",
                    name, start[0], start[1]));
        }
        return stream;
    }

    private IdxHeader readHeader(Content expected) throws IOException {
        int magic = readInt();
        int rank = magic & 0xFF;
        checkMagic(magic, expected);
        List<Integer> dimensions = new ArrayList<>();
        for (int i = 0; i < rank; i++) {
            dimensions.add(readInt());
        }
        if (dimensions.stream().anyMatch(size -> size <= 0)) {
            throw damaged(name + " has dimensions " + dimensions
                    + (dimensions.get(0) == 0 ? ": it holds no samples" : "; each must be above 0"));
        }
        IdxHeader read = new IdxHeader(dimensions);
        if (rank - 1 > PackedHeader.MOST_DIMENSIONS) {
            throw damaged(name + " has samples of " + (rank - 1) + " dimensions; a sample may have "
                    + PackedHeader.MOST_DIMENSIONS);
        }
        try {
            read.sampleBytes();
        } catch (ArithmeticException e) {
            throw new LockstepException(
                    ExitCode.DATA, name + " has dimensions " + dimensions + "; a sample may have 2^31 - 1 bytes", e);
        }
        return read;
    }

    private void checkMagic(int magic, Content expected) {
        int type = magic >> 8;
        int rank = magic & 0xFF;
        boolean images = expected == Content.IMAGES;
        String wanted = images ? "0x00000803 images" : "0x00000801 labels";
        String found = String.format("%s: magic 0x%08X ", name, magic);
        if (type >>> 8 != 0 || rank == 0) {
            throw damaged(found + "is no IDX file; expected " + wanted);
        }
        if (type != IdxHeader.UNSIGNED_BYTE) {
            throw damaged(found + "holds values of type " + typeName(type) + "; expected unsigned bytes, " + wanted);
        }
        if (images && rank == 1) {
            throw damaged(found + "is a label file; expected " + wanted + "; are images and labels exchanged?");
        }
        if (!images && rank != 1) {
            throw damaged(found + "is an image file; expected " + wanted + "; are images and labels exchanged?");
        }
    }

    private static String typeName(int type) {
        return switch (type) {
            case 0x09 -> "signed byte";
            case 0x0B -> "16-bit integer";
            case 0x0C -> "32-bit integer";
            case 0x0D -> "32-bit float";
            case 0x0E -> "64-bit float";
            default -> String.format("0x%02X, which IDX does not know", type);
        };
    }

    private int readInt() throws IOException {
        return readByte() << 24 | readByte() << 16 | readByte() << 8 | readByte();
    }

    private int readByte() throws IOException {
        try {
            int value = stream.read();
            if (value < 0) {
                throw new EOFException();
            }
            position++;
            return value;
        } catch (EOFException e) {
            throw truncated(e);
        }
    }

    private LockstepException truncated(EOFException cause) {
        String expected = announcedBytes < 0 ? "within its header" : "of " + announcedBytes;
        return new LockstepException(
                ExitCode.DATA,
                name + " is truncated: it ends at byte " + position + " " + expected + "; fetch or copy it again",
                cause);
    }

    private static LockstepException unreadable(String name, IOException cause) {
        String problem = cause instanceof ZipException ? " is a damaged gzip file: " : " cannot be read: ";
        return new LockstepException(ExitCode.DATA, name + problem + cause.getMessage(), cause);
    }

    private static LockstepException damaged(String message) {
        return new LockstepException(ExitCode.DATA, message);
    }
}
