package dev.lockstep.core.data;

import dev.lockstep.core.checksum.Sha256;
import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;

/**
 * One packed file, mapped into memory: several processes on a host share its pages. Safe for several threads. The JDK
 * releases a mapping when nothing refers to it any more, so there is nothing to close.
 */
public final class PackedFile {
    private final String name;
    private final PackedHeader header;
    private final ByteBuffer file;
    private final ByteBuffer bytes;
    private final FloatBuffer floats;
    private final int featureCount;

    private PackedFile(String name, PackedHeader header, ByteBuffer file) {
        this.name = name;
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
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            long size = channel.size();
            if (size > Integer.MAX_VALUE) {
                throw damaged(path + " has " + size + " bytes; a packed file has at most " + Integer.MAX_VALUE);
            }
            ByteBuffer file =
                    channel.map(FileChannel.MapMode.READ_ONLY, 0, size).order(ByteOrder.LITTLE_ENDIAN);
            PackedHeader header = PackedHeader.decoded(file, path.toString());
            if (header.fileBytes() != size) {
                throw damaged(path + " is truncated or damaged: it has " + size + " bytes, its header announces "
                        + header.fileBytes() + "; fetch or pack it again");
            }
            return new PackedFile(path.toString(), header, file);
        } catch (NoSuchFileException e) {
            throw new LockstepException(ExitCode.DATA, "packed file not found: " + path, e);
        } catch (IOException e) {
            throw new LockstepException(ExitCode.DATA, path + " cannot be read: " + e.getMessage(), e);
        }
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
        MessageDigest digest = Sha256.digest();
        digest.update(file.slice(0, (int) header.checksumOffset()));
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

    /** Which part conditions put a row in; to train with where there are no marks. */
    SamplePart mark(int row) {
        return header.marked() ? SamplePart.ofCode(file.get(header.markOffset() + row)) : SamplePart.TRAIN;
    }

    /** The weight of a row; 1 where there are none. */
    float weight(int row) {
        return header.weighted() ? file.getFloat(header.weightOffset() + row * Float.BYTES) : 1;
    }

    private static LockstepException damaged(String message) {
        return new LockstepException(ExitCode.DATA, message);
    }
}
