package dev.lockstep.core.interchange;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;

/**
 * The array that {@code Nd4j.write} wrote, as a vector: two buffers, the shape information and the values, each as
 * allocation mode, length, data type and big-endian values. Nothing is allocated before the sizes have been compared.
 */
final class Nd4jArray {
    private static final Set<String> SHORT_LENGTHS = Set.of("HEAP", "JAVACPP", "DIRECT");
    private static final Set<String> LONG_LENGTHS = Set.of("LONG_SHAPE", "MIXED_DATA_TYPES");
    private static final int MOST_SHAPE_NUMBERS = 2 * 32 + 4;
    private static final int MOST_NAME_BYTES = 64;
    private static final int FIRST_ROOM = 1 << 20;

    private final DataInputStream in;
    private final String entry;

    private Nd4jArray(InputStream in, String entry) {
        this.in = new DataInputStream(in);
        this.entry = entry;
    }

    /**
     * Reads a row or column vector.
     *
     * @param most values that are believed
     */
    static float[] vector(InputStream in, String entry, int most) throws IOException {
        try {
            return new Nd4jArray(in, entry).read(most);
        } catch (EOFException e) {
            throw new Refusal("entry " + entry + ": ends in the middle of an array", e);
        }
    }

    private record Header(long length, String type) {}

    private float[] read(int most) throws IOException {
        Header shape = header();
        if (shape.length() < 4 || shape.length() > MOST_SHAPE_NUMBERS) {
            throw refused(
                    "expected shape information of 4 to " + MOST_SHAPE_NUMBERS + " numbers, found " + shape.length());
        }
        long[] information = new long[(int) shape.length()];
        for (int i = 0; i < information.length; i++) {
            information[i] = whole(shape.type());
        }
        long rank = information[0];
        if (rank < 0 || 2 * rank + 4 != information.length) {
            throw refused("a rank of " + rank + " in shape information of " + information.length + " numbers");
        }
        long[] sizes = new long[(int) rank];
        System.arraycopy(information, 1, sizes, 0, sizes.length);
        int count = ModelDraft.size(sizes, "entry " + entry);
        Header values = header();
        boolean isVector = false;
        for (long size : sizes) {
            isVector |= size == count;
        }
        if (!isVector || values.length() != count || count > most) {
            throw refused("expected one vector of at most " + most + " values, found " + values.length()
                    + " values in the shape " + Arrays.toString(sizes));
        }
        return values(count, values.type());
    }

    /** Room is made as values arrive: a file that promises many and has few costs little. */
    private float[] values(int count, String type) throws IOException {
        float[] result = new float[Math.min(count, FIRST_ROOM)];
        for (int i = 0; i < count; i++) {
            if (i == result.length) {
                result = Arrays.copyOf(result, (int) Math.min(count, 2L * result.length));
            }
            result[i] = number(type);
        }
        return result;
    }

    private Header header() throws IOException {
        String mode = text();
        long length;
        if (SHORT_LENGTHS.contains(mode)) {
            length = in.readInt();
        } else if (LONG_LENGTHS.contains(mode)) {
            length = in.readLong();
        } else {
            throw refused("expected an array of ND4J, found an allocation mode \"" + printable(mode) + '"');
        }
        return new Header(length, text());
    }

    private long whole(String type) throws IOException {
        return switch (type) {
            case "LONG" -> in.readLong();
            case "INT" -> in.readInt();
            default -> throw refused("shape information of the type " + printable(type));
        };
    }

    private float number(String type) throws IOException {
        return switch (type) {
            case "FLOAT" -> in.readFloat();
            case "DOUBLE" -> (float) in.readDouble();
            default -> throw refused("values of the type " + printable(type) + "; expected FLOAT or DOUBLE");
        };
    }

    /** As readUTF, of names alone. */
    private String text() throws IOException {
        int length = in.readUnsignedShort();
        if (length > MOST_NAME_BYTES) {
            throw refused("a name of " + length + " bytes");
        }
        return new String(in.readNBytes(length), StandardCharsets.US_ASCII);
    }

    private static String printable(String text) {
        return text.replaceAll("[^\\x20-\\x7e]", "?").toUpperCase(Locale.ROOT);
    }

    private Refusal refused(String why) {
        return new Refusal("entry " + entry + ": " + why);
    }
}
