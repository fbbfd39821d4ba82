package dev.lockstep.core.data;

import dev.lockstep.core.checksum.Sha256;
import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/**
 * One packed file, mapped into memory: several processes on a host share its pages. Safe for several threads. The JDK
 * releases a mapping when nothing refers to it any more; what is closed is the watch over the file's length.
 *
 * <p>Where somebody cuts a mapped file off, reading behind its new end ends in an {@link InternalError}, or gives zeros
 * up to the end of the page: {@link #requireWhole} notices both, {@link #cutOff} tells of the first. The JVM throws that
 * error some time after the access, at the latest when the thread next calls the operating system: a call of {@link
 * #requireWhole} belongs at the end of what is guarded.
 */
public final class PackedFile implements AutoCloseable {
    /** Errors of the JVM for pages that are not there, which may come late and one after the other. */
    private static final int MOST_FAULTS = 8;

    private final String name;
    /** Not a channel: that would be closed by an interrupt of the thread that asks it. */
    private volatile @Nullable RandomAccessFile opened;

    private final PackedHeader header;
    private final ByteBuffer file;
    private final ByteBuffer bytes;
    private final FloatBuffer floats;
    private final int featureCount;

    private PackedFile(String name, RandomAccessFile opened, PackedHeader header, ByteBuffer file) {
        this.name = name;
        this.opened = opened;
        this.header = header;
        this.file = file;
        this.bytes = file.slice(header.headerBytes(), (int) header.featureBytes());
        this.floats = bytes.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
        this.featureCount = header.featureCount();
    }

    /**
     * Maps a file and checks its header and size.
     *
     * @throws LockstepException when it is missing, no packed file, or of the wrong size
     */
    public static PackedFile open(Path path) {
        RandomAccessFile opened = null;
        try {
            opened = new RandomAccessFile(path.toFile(), "r");
            PackedFile file = mapped(path, opened);
            opened = null; // the packed file's own from here on
            return file;
        } catch (IOException e) {
            throw new LockstepException(
                    ExitCode.DATA,
                    Files.exists(path) ? path + " cannot be read: " + e.getMessage() : "packed file not found: " + path,
                    e);
        } finally {
            closeQuietly(opened);
        }
    }

    private static PackedFile mapped(Path path, RandomAccessFile opened) throws IOException {
        long size = opened.length();
        if (size > Integer.MAX_VALUE) {
            throw damaged(path + " has " + size + " bytes; a packed file has at most " + Integer.MAX_VALUE);
        }
        ByteBuffer file =
                opened.getChannel().map(FileChannel.MapMode.READ_ONLY, 0, size).order(ByteOrder.LITTLE_ENDIAN);
        PackedHeader header = PackedHeader.decoded(file, path.toString());
        if (header.fileBytes() != size) {
            throw damaged(path + " is truncated or damaged: it has " + size + " bytes, its header announces "
                    + header.fileBytes() + "; fetch or pack it again");
        }
        return new PackedFile(path.toString(), opened, header, file);
    }

    private static void closeQuietly(@Nullable RandomAccessFile opened) {
        if (opened != null) {
            try {
                opened.close();
            } catch (IOException ignored) {
                // It was read from alone, and is given up in any case.
            }
        }
    }

    /**
     * Requires that the file is as long as when it was mapped; one call of the operating system. After {@link #close}
     * nothing is required.
     *
     * @throws LockstepException when somebody has cut it off
     */
    void requireWhole() {
        RandomAccessFile watched = opened;
        if (watched == null) {
            return;
        }
        long size;
        try {
            size = watched.length();
        } catch (IOException e) {
            throw new LockstepException(ExitCode.DATA, name + " cannot be looked at: " + e.getMessage(), e);
        }
        if (size != header.fileBytes()) {
            throw damaged(name + " has changed while it was in use: it has " + size + " bytes, it had "
                    + header.fileBytes() + "; fetch or pack it again, and let nothing write to it during a run");
        }
    }

    /** What to throw in the place of the JVM's error for a page that is not there. */
    LockstepException cutOff(InternalError fault) {
        for (int tries = 0; tries < MOST_FAULTS; tries++) {
            try {
                requireWhole();
                break;
            } catch (InternalError another) {
                fault.addSuppressed(another);
            }
        }
        return new LockstepException(
                ExitCode.DATA, name + " could not be read: the disk or network that holds it failed", fault);
    }

    /** What it holds. */
    public PackedHeader header() {
        return header;
    }

    /** The checksum in its footer, which {@link #verify} compares with the content. */
    public String checksum() {
        byte[] footer = new byte[Sha256.BYTES];
        file.get((int) header.checksumOffset(), footer);
        return Sha256.hex(footer);
    }

    /**
     * Reads the whole file and compares its checksum.
     *
     * @throws LockstepException when the content is not what was written
     */
    public void verify() {
        requireWhole();
        MessageDigest digest = Sha256.digest();
        try {
            digest.update(file.slice(0, (int) header.checksumOffset()));
            requireWhole();
        } catch (InternalError fault) {
            throw cutOff(fault);
        }
        String found = Sha256.hex(digest);
        if (!found.equals(checksum())) {
            throw damaged(name + " is damaged: its content has SHA-256 " + found + ", its footer says " + checksum()
                    + "; fetch or pack it again");
        }
    }

    /** Copies the features of a row, which counts from 0 in this file, into a row of a batch's raw form. */
    void copyFeatures(int row, MiniBatch into, int intoRow) {
        if (header.featureType() == ElementType.U8) {
            into.rawFeatures().put(intoRow * featureCount, bytes, row * featureCount, featureCount);
        } else {
            into.rawFloats().put(intoRow * featureCount, floats, row * featureCount, featureCount);
        }
    }

    /** Reads a little of a row, so that it is on its way into the cache; the value means nothing. */
    int touch(int row) {
        return bytes.get(row * header.featureType().bytes() * featureCount);
    }

    /** One label value of a row. */
    float label(int row, int column) {
        int position = row * header.labelWidth() + column;
        int at = header.headerBytes()
                + (int) header.featureBytes()
                + position * header.labelType().bytes();
        return switch (header.labelType()) {
            case U8 -> file.get(at) & 0xFF;
            case I32 -> file.getInt(at);
            case F32 -> file.getFloat(at);
        };
    }

    /**
     * The class of a row.
     *
     * @throws LockstepException when it is none of so many
     */
    int classOf(int row, int classes) {
        float label = label(row, 0);
        if (label < 0 || label >= classes || label != (int) label) {
            throw damaged(name + " holds the label " + label + " in row " + row + "; its manifest says that there are "
                    + classes + " classes; pack the data again");
        }
        return (int) label;
    }

    /** Which part conditions put a row in; to train with where there are no marks. */
    SamplePart mark(int row) {
        if (!header.marked()) {
            return SamplePart.TRAIN;
        }
        try {
            return SamplePart.ofCode(file.get(header.markOffset() + row));
        } catch (IllegalArgumentException e) {
            throw damaged(name + " marks row " + row + " in no known way: " + e.getMessage() + "; pack the data again");
        }
    }

    /** The weight of a row; 1 where there are none. */
    float weight(int row) {
        return header.weighted() ? file.getFloat(header.weightOffset() + row * Float.BYTES) : 1;
    }

    /** No longer watches the file's length. It stays readable: the mapping is the JDK's to release. */
    @Override
    public void close() {
        RandomAccessFile watched = opened;
        opened = null;
        closeQuietly(watched);
    }

    private static LockstepException damaged(String message) {
        return new LockstepException(ExitCode.DATA, message);
    }
}
