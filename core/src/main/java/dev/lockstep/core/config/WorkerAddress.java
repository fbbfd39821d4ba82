package dev.lockstep.core.config;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which of its host's addresses a worker is to use. One job file is for workers on several hosts, so it names a network
 * or an interface that each of them has; an address is for workers that are all on one host.
 *
 * @param kind what the text is
 * @param text as given
 */
public record WorkerAddress(Kind kind, String text) {
    /** What names an address. */
    public enum Kind {
        /** An IP address. */
        ADDRESS,
        /** A network such as {@code 10.1.0.0/16}: the host's address in it. */
        NETWORK,
        /** A network interface such as {@code eth1}: its first address. */
        INTERFACE,
        /** The host name under which Spark knows the executor. */
        SPARK
    }

    private static final String SPARK_WORD = "spark";
    private static final int IPV4_BITS = 32;
    private static final int IPV6_BITS = 128;
    private static final int LONGEST_ADDRESS = 45;
    private static final String OCTET = "(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)";
    private static final Pattern IPV4 = Pattern.compile(OCTET + "(?:\\." + OCTET + "){3}");
    private static final Pattern IPV6 = Pattern.compile("(?=.*:.*:)[0-9A-Fa-f:.]+");
    private static final Pattern PREFIX = Pattern.compile("(.*)/(\\d{1,3})");
    private static final Pattern INTERFACE = Pattern.compile("[A-Za-z][\\w.@-]{0,14}");

    /**
     * Reads an address, a network or the name of an interface.
     *
     * @throws IllegalArgumentException saying what was expected
     */
    public static WorkerAddress parse(String given) {
        String text = given.strip();
        Matcher prefix = PREFIX.matcher(text);
        if (text.equals(SPARK_WORD)) {
            return new WorkerAddress(Kind.SPARK, text);
        } else if (isAddress(text)) {
            return new WorkerAddress(Kind.ADDRESS, text);
        } else if (prefix.matches() && isAddress(prefix.group(1)) && fits(prefix.group(1), prefix.group(2))) {
            return new WorkerAddress(Kind.NETWORK, text);
        } else if (INTERFACE.matcher(text).matches()) {
            return new WorkerAddress(Kind.INTERFACE, text);
        }
        throw new IllegalArgumentException("expected an IP address, a network such as \"10.1.0.0/16\" or a network"
                + " interface such as \"eth1\", found \"" + given + '"');
    }

    private static boolean isAddress(String text) {
        return text.length() <= LONGEST_ADDRESS
                && (IPV4.matcher(text).matches() || IPV6.matcher(text).matches());
    }

    private static boolean fits(String address, String bits) {
        return Integer.parseInt(bits) <= (address.indexOf(':') < 0 ? IPV4_BITS : IPV6_BITS);
    }

    @Override
    public String toString() {
        return text;
    }
}
