package dev.lockstep.bench;

/**
 * Something that is timed: a training, or a bound of the machine. One thread calls; a round is never interrupted.
 * Processes may run one each and be added up.
 */
public interface Contender extends AutoCloseable {
    /**
     * Warms up, and settles on the fastest of the settings there are.
     *
     * @return the settings it will run with, for people
     */
    String prepare();

    /**
     * Works for a round.
     *
     * @param steps at least this many
     * @return training samples a second over the time from before the first step to after the last; operations, bytes
     *     or exchanges a second for a bound
     */
    double rate(int steps);

    @Override
    void close();
}
