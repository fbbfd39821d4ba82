package dev.lockstep.core.plan;

/**
 * What an exchange costs where the network costs nothing: checksums, copies and system calls at both ends, and the sum.
 *
 * @param secondsPerMessage for one peer's message in both directions, however short
 * @param secondsPerByte for every byte that goes out while another comes in
 */
public record ExchangeCost(double secondsPerMessage, double secondsPerByte) {
    /**
     * The line through two measured exchanges between two workers.
     *
     * @param shortBytes length of a vector whose bytes hardly matter
     * @param longBytes length of a longer one
     */
    public static ExchangeCost fit(long shortBytes, double shortSeconds, long longBytes, double longSeconds) {
        if (shortBytes >= longBytes) {
            throw new IllegalArgumentException("a line needs two lengths, found " + shortBytes + " and " + longBytes);
        }
        double secondsPerByte = Math.max(0, (longSeconds - shortSeconds) / (longBytes - shortBytes));
        return new ExchangeCost(Math.max(0, shortSeconds - secondsPerByte * shortBytes), secondsPerByte);
    }
}
