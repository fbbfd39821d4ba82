package dev.lockstep.core.plan;

import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The numbers of workers that a plan is made for. */
public final class WorkerCounts {
    /** Beyond it a mesh in which everybody is connected to everybody is no plan. */
    private static final int MOST = 65_536;

    private static final Pattern RANGE = Pattern.compile("(\\d{1,5})\\.\\.(\\d{1,5})");
    private static final Pattern LIST = Pattern.compile("\\d{1,5}(,\\d{1,5})*");

    private WorkerCounts() {}

    /**
     * Reads {@code 1..1024}, the ends and the powers of two between them, or {@code 1,2,8}.
     *
     * @return ascending, without repetitions
     * @throws IllegalArgumentException saying what is expected
     */
    public static List<Integer> parse(String text) {
        String normal = text.replace(" ", "");
        Matcher range = RANGE.matcher(normal);
        TreeSet<Integer> counts = new TreeSet<>();
        if (range.matches()) {
            int from = Integer.parseInt(range.group(1));
            int to = Integer.parseInt(range.group(2));
            if (from > to) {
                throw wrong(text);
            }
            counts.add(from);
            for (int power = 1; power < to; power *= 2) {
                if (power > from) {
                    counts.add(power);
                }
            }
            counts.add(to);
        } else if (LIST.matcher(normal).matches()) {
            Arrays.stream(normal.split(",", -1)).map(Integer::valueOf).forEach(counts::add);
        }
        if (counts.isEmpty() || counts.first() < 1 || counts.last() > MOST) {
            throw wrong(text);
        }
        return List.copyOf(counts);
    }

    private static IllegalArgumentException wrong(String text) {
        return new IllegalArgumentException("expected a range such as 1..1024 or a list such as 1,2,8, of numbers from"
                + " 1 to " + MOST + ", found \"" + text + "\"");
    }
}
