package dev.lockstep.core.config;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The ports that one of Lockstep's listeners may take: the first free one of them.
 *
 * @param first of the range; 0 for whichever the system gives
 * @param last of the range, included; 0 with the first
 */
public record PortRange(int first, int last) {
    /** Whichever port the system gives. */
    public static final PortRange ANY = new PortRange(0, 0);

    private static final String ANY_WORD = "any";
    /** Those below need rights that a worker does not have. */
    private static final int LOWEST = 1024;

    private static final int HIGHEST = 65_535;
    private static final Pattern FORM = Pattern.compile("(\\d{1,5})(?:\\s*-\\s*(\\d{1,5}))?");

    public PortRange {
        boolean any = first == 0 && last == 0;
        if (!any && (first < LOWEST || last > HIGHEST || first > last)) {
            throw new IllegalArgumentException("expected ports from " + LOWEST + " to " + HIGHEST
                    + ", the lower one first, such as \"41000-41099\", found \"" + text(first, last) + '"');
        }
    }

    /** One port alone; 0 for whichever the system gives. */
    public static PortRange of(int port) {
        return new PortRange(port, port);
    }

    /**
     * Reads {@code any}, {@code 41000} or {@code 41000-41099}.
     *
     * @throws IllegalArgumentException saying what was expected
     */
    public static PortRange parse(String text) {
        String stripped = text.strip();
        if (stripped.equals(ANY_WORD) || stripped.equals("0")) {
            return ANY;
        }
        Matcher matcher = FORM.matcher(stripped);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("expected \"any\", a port such as \"41000\" or a range of them such as"
                    + " \"41000-41099\", found \"" + text + '"');
        }
        int first = Integer.parseInt(matcher.group(1));
        int last = matcher.group(2) == null ? first : Integer.parseInt(matcher.group(2));
        if (first == 0) {
            throw new IllegalArgumentException(
                    "expected ports from " + LOWEST + " to " + HIGHEST + ", found \"" + text + '"');
        }
        return new PortRange(first, last);
    }

    /** Whether the system chooses. */
    public boolean isAny() {
        return first == 0;
    }

    private static String text(int first, int last) {
        return first == last ? Integer.toString(first) : first + "-" + last;
    }

    @Override
    public String toString() {
        return isAny() ? ANY_WORD : text(first, last);
    }
}
