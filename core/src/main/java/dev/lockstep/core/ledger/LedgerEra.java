package dev.lockstep.core.ledger;

import java.util.Comparator;

/**
 * A stretch of training between two meetings of the workers. Later ones are greater.
 *
 * @param fencing number of the run lease: grows with every process that trains in the run directory
 * @param restart of the attempt within that process, from 0
 * @param generation within the attempt, from 1
 */
public record LedgerEra(long fencing, int restart, long generation) implements Comparable<LedgerEra> {
    private static final Comparator<LedgerEra> ORDER = Comparator.comparingLong(LedgerEra::fencing)
            .thenComparingInt(LedgerEra::restart)
            .thenComparingLong(LedgerEra::generation);

    @Override
    public int compareTo(LedgerEra other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return "generation " + generation + " of attempt " + fencing + "." + restart;
    }
}
