package dev.lockstep.core.fuzz;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Several files as one input: lines {@code === NAME} begin a file, whose content follows up to the next such line. A
 * fuzzer can so change names, contents and how many there are. Of the same name the last one counts.
 */
public final class FuzzFiles {
    private static final byte[] MARK = "\n=== ".getBytes(StandardCharsets.US_ASCII);
    private static final int MOST_FILES = 32;

    private FuzzFiles() {}

    /** The files of an input, in order; what stands before the first is left out. */
    public static Map<String, byte[]> split(byte[] input) {
        byte[] all = new byte[input.length + 1];
        all[0] = '\n';
        System.arraycopy(input, 0, all, 1, input.length);
        Map<String, byte[]> files = new LinkedHashMap<>();
        int at = find(all, 0);
        while (at >= 0 && files.size() < MOST_FILES) {
            int nameFrom = at + MARK.length;
            int nameTo = nameFrom;
            while (nameTo < all.length && all[nameTo] != '\n') {
                nameTo++;
            }
            int next = find(all, nameTo);
            int from = Math.min(all.length, nameTo + 1);
            int to = Math.max(from, next < 0 ? all.length : next);
            files.put(
                    new String(all, nameFrom, nameTo - nameFrom, StandardCharsets.UTF_8),
                    Arrays.copyOfRange(all, from, to));
            at = next;
        }
        return files;
    }

    private static int find(byte[] bytes, int from) {
        for (int at = from; at + MARK.length <= bytes.length; at++) {
            if (Arrays.equals(bytes, at, at + MARK.length, MARK, 0, MARK.length)) {
                return at;
            }
        }
        return -1;
    }

    /** Files as an input. */
    public static byte[] joined(Map<String, byte[]> files) {
        ByteArrayOutputStream input = new ByteArrayOutputStream();
        files.forEach((name, content) -> {
            if (input.size() > 0) {
                input.write('\n');
            }
            input.writeBytes(("=== " + name + "\n").getBytes(StandardCharsets.UTF_8));
            input.writeBytes(content);
        });
        return input.toByteArray();
    }

    /** Files of text as an input. */
    public static byte[] joinedTexts(Map<String, String> files) {
        Map<String, byte[]> bytes = new LinkedHashMap<>();
        files.forEach((name, text) -> bytes.put(name, text.getBytes(StandardCharsets.UTF_8)));
        return joined(bytes);
    }
}
