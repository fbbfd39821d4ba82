package dev.lockstep.core.evaluation;

import java.util.Arrays;

/** Counts values: collects them as they come, and sorts them into a {@link ValueTable} a run at a time. */
final class ValueCounts {
    private static final int FEWEST = 256;

    private long[] seen = new long[FEWEST];
    private int count;
    private ValueTable table = ValueTable.EMPTY;

    void add(float value, boolean marked) {
        if (count == seen.length) {
            makeRoom();
        }
        seen[count++] = ((long) ValueTable.key(value) << 1) | (marked ? 1 : 0);
    }

    /** A run as long as the table that it is merged into costs no more than sorting all at once. */
    private void makeRoom() {
        if (table().length() > seen.length / 2) {
            seen = new long[2 * seen.length];
        }
    }

    void add(ValueTable other) {
        table = table().plus(other);
    }

    /** All that was counted so far. */
    ValueTable table() {
        if (count > 0) {
            Arrays.sort(seen, 0, count);
            table = table.plus(ValueTable.ofSorted(seen, count));
            count = 0;
        }
        return table;
    }

    void clear() {
        count = 0;
        table = ValueTable.EMPTY;
    }
}
