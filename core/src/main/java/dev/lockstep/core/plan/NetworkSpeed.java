package dev.lockstep.core.plan;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What connects the workers.
 *
 * @param name as given
 * @param bitsPerSecond of each host's link, in either direction; infinite for workers that share a host
 * @param latencySeconds one way: half of what {@code ping} shows
 */
public record NetworkSpeed(String name, double bitsPerSecond, double latencySeconds) {
    /** A round trip of 0.2 ms, as between hosts that one or two switches connect. */
    public static final double USUAL_LATENCY_SECONDS = 0.1e-3;

    /** Workers on one host: nothing but the work of sending and receiving. */
    public static final NetworkSpeed LOOPBACK = new NetworkSpeed("loopback", Double.POSITIVE_INFINITY, 0);

    private static final Pattern FORM =
            Pattern.compile("(\\d+(?:\\.\\d+)?)(k|m|g|t)bit(?:,(\\d+(?:\\.\\d+)?)(us|ms|s))?");
    private static final int BITS_PER_BYTE = 8;

    public NetworkSpeed {
        if (!(bitsPerSecond > 0) || !(latencySeconds >= 0) || Double.isInfinite(latencySeconds)) {
            throw new IllegalArgumentException("a network needs a bandwidth above 0 and a latency not below 0, found "
                    + bitsPerSecond + " bit/s and " + latencySeconds + " s");
        }
    }

    /**
     * Reads {@code 10gbit}, {@code 100mbit,5ms} or {@code loopback}.
     *
     * @throws IllegalArgumentException saying what is expected
     */
    public static NetworkSpeed parse(String text) {
        String normal = text.strip().toLowerCase(Locale.ROOT).replaceAll("\\s*,\\s*", ",");
        if (normal.equals(LOOPBACK.name())) {
            return LOOPBACK;
        }
        Matcher matcher = FORM.matcher(normal);
        if (!matcher.matches() || Double.parseDouble(matcher.group(1)) == 0) {
            throw new IllegalArgumentException("expected a bandwidth such as 10gbit or 100mbit, with a one-way latency"
                    + " if it is known, such as 10gbit,0.2ms; or loopback; found \"" + text + "\"");
        }
        double bits = Double.parseDouble(matcher.group(1)) * factor(matcher.group(2));
        double latency = matcher.group(3) == null
                ? USUAL_LATENCY_SECONDS
                : Double.parseDouble(matcher.group(3)) * factor(matcher.group(4));
        return new NetworkSpeed(normal, bits, latency);
    }

    private static double factor(String unit) {
        return switch (unit) {
            case "k" -> 1e3;
            case "m" -> 1e6;
            case "g" -> 1e9;
            case "t" -> 1e12;
            case "us" -> 1e-6;
            case "ms" -> 1e-3;
            default -> 1;
        };
    }

    /** How long a host's link is busy with so many bytes, without the latency. */
    public double seconds(double bytes) {
        return bytes * BITS_PER_BYTE / bitsPerSecond;
    }
}
