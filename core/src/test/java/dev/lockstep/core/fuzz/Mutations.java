package dev.lockstep.core.fuzz;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** Damages inputs: bits, numbers, words of the format, pieces taken out, doubled, moved in from another input. */
final class Mutations {
    private static final int MOST_CHANGES = 6;
    private static final int MOST_BYTES = 1 << 17;
    private static final long[] NUMBERS = {
        0,
        1,
        -1,
        2,
        127,
        128,
        255,
        256,
        32_767,
        65_535,
        65_536,
        1 << 20,
        Integer.MAX_VALUE,
        Integer.MIN_VALUE,
        1L << 32,
        Long.MAX_VALUE,
        Long.MIN_VALUE
    };
    private static final List<String> TEXTS = List.of(
            "0",
            "-1",
            "1e999",
            "2147483647",
            "2147483648",
            "9223372036854775808",
            "null",
            "[]",
            "{}",
            "\"\"",
            "..",
            "/",
            "NaN",
            "true",
            "\n",
            "\0");

    private final SplittableRandom random;
    private final List<byte[]> seeds;
    private final List<String> words;

    Mutations(long seed, List<byte[]> seeds, List<String> words) {
        this.random = new SplittableRandom(seed);
        this.seeds = List.copyOf(seeds);
        this.words = List.copyOf(words);
    }

    /** Another input. */
    byte[] next() {
        byte[] bytes = any().clone();
        int changes = 1 + random.nextInt(1 + random.nextInt(MOST_CHANGES));
        for (int i = 0; i < changes; i++) {
            bytes = changed(bytes);
        }
        return bytes.length > MOST_BYTES ? Arrays.copyOf(bytes, MOST_BYTES) : bytes;
    }

    private byte[] any() {
        return seeds.get(random.nextInt(seeds.size()));
    }

    private byte[] changed(byte[] bytes) {
        int at = random.nextInt(bytes.length + 1);
        int length = 1 + random.nextInt(Math.max(1, Math.min(64, bytes.length)));
        return switch (random.nextInt(9)) {
            case 0, 1 -> flipped(bytes, at);
            case 2 -> overwritten(bytes, at, number());
            case 3 -> replaced(bytes, at, 0, word().getBytes(StandardCharsets.UTF_8));
            case 4 -> replaced(bytes, at, length, word().getBytes(StandardCharsets.UTF_8));
            case 5 -> replaced(bytes, at, length, new byte[0]);
            case 6 -> replaced(bytes, at, 0, piece(bytes));
            case 7 -> replaced(bytes, at, length, piece(any()));
            default -> random.nextInt(4) == 0 ? Arrays.copyOf(bytes, at) : replacedNumber(bytes, at);
        };
    }

    private byte[] flipped(byte[] bytes, int at) {
        if (at < bytes.length) {
            bytes[at] ^= (byte) (1 << random.nextInt(8));
        }
        return bytes;
    }

    private byte[] number() {
        ByteBuffer number = ByteBuffer.allocate(Long.BYTES)
                .order(random.nextBoolean() ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
        long value = NUMBERS[random.nextInt(NUMBERS.length)];
        int size = 1 << random.nextInt(4);
        switch (size) {
            case 1 -> number.put((byte) value);
            case 2 -> number.putShort((short) value);
            case 4 -> number.putInt((int) value);
            default -> number.putLong(value);
        }
        return Arrays.copyOf(number.array(), size);
    }

    private String word() {
        List<String> from = !words.isEmpty() && random.nextBoolean() ? words : TEXTS;
        return from.get(random.nextInt(from.size()));
    }

    private byte[] piece(byte[] of) {
        if (of.length == 0) {
            return of;
        }
        int from = random.nextInt(of.length);
        return Arrays.copyOfRange(of, from, Math.min(of.length, from + 1 + random.nextInt(256)));
    }

    private static byte[] overwritten(byte[] bytes, int at, byte[] by) {
        return replaced(bytes, at, by.length, by);
    }

    /** A number in a text becomes another one. */
    private byte[] replacedNumber(byte[] bytes, int at) {
        int from = at;
        while (from < bytes.length && !Character.isDigit(bytes[from])) {
            from++;
        }
        int to = from;
        while (to < bytes.length && Character.isDigit(bytes[to])) {
            to++;
        }
        String number = String.valueOf(NUMBERS[random.nextInt(NUMBERS.length)]);
        return replaced(bytes, from, to - from, number.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] replaced(byte[] bytes, int at, int count, byte[] by) {
        ByteArrayOutputStream result = new ByteArrayOutputStream();
        result.write(bytes, 0, at);
        result.writeBytes(by);
        int rest = Math.min(bytes.length, at + count);
        result.write(bytes, rest, bytes.length - rest);
        return result.toByteArray();
    }
}
