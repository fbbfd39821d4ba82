package dev.lockstep.core.evaluation;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * How often each distinct value was seen, in ascending order, with and without a mark. Of a class's scores the marked
 * ones are those of its samples: counts at every distinct score are all that the areas under the curves depend on, so
 * they are exact, ties included, and tables of different ranks can be put together in any order.
 */
final class ValueTable {
    static final ValueTable EMPTY = new ValueTable(new int[0], new int[0], new int[0], 0);

    /** Bytes of an entry on its way to another rank. */
    private static final int ENTRY_BYTES = 3 * Integer.BYTES;

    private final int[] keys;
    private final int[] marked;
    private final int[] unmarked;
    private final int length;

    private ValueTable(int[] keys, int[] marked, int[] unmarked, int length) {
        this.keys = keys;
        this.marked = marked;
        this.unmarked = unmarked;
        this.length = length;
    }

    /** A number that orders as the value does; both zeros have the same. */
    static int key(float value) {
        int bits = Float.floatToIntBits(value + 0f);
        return bits ^ ((bits >> 31) & Integer.MAX_VALUE);
    }

    private static double value(int key) {
        return Float.intBitsToFloat(key ^ ((key >> 31) & Integer.MAX_VALUE));
    }

    /** The table of single observations, sorted: twice the key, and 1 more when marked. */
    static ValueTable ofSorted(long[] seen, int count) {
        ValueTable table = new ValueTable(new int[count], new int[count], new int[count], 0);
        int last = -1;
        for (int i = 0; i < count; i++) {
            int key = (int) (seen[i] >> 1);
            if (last < 0 || table.keys[last] != key) {
                table.keys[++last] = key;
            }
            int[] counts = (seen[i] & 1) == 1 ? table.marked : table.unmarked;
            counts[last]++;
        }
        return table.cut(last + 1);
    }

    /** This table and another as one. */
    ValueTable plus(ValueTable other) {
        if (length == 0 || other.length == 0) {
            return length == 0 ? other : this;
        }
        int most = length + other.length;
        ValueTable sum = new ValueTable(new int[most], new int[most], new int[most], 0);
        int mine = 0;
        int theirs = 0;
        int at = 0;
        while (mine < length || theirs < other.length) {
            boolean takeMine = theirs == other.length || (mine < length && keys[mine] <= other.keys[theirs]);
            int key = takeMine ? keys[mine] : other.keys[theirs];
            sum.keys[at] = key;
            if (takeMine) {
                sum.put(at, this, mine++);
            }
            if (theirs < other.length && other.keys[theirs] == key) {
                sum.put(at, other, theirs++);
            }
            at++;
        }
        return sum.cut(at);
    }

    private void put(int at, ValueTable from, int entry) {
        marked[at] += from.marked[entry];
        unmarked[at] += from.unmarked[entry];
    }

    private ValueTable cut(int newLength) {
        return newLength == keys.length
                ? new ValueTable(keys, marked, unmarked, newLength)
                : new ValueTable(
                        Arrays.copyOf(keys, newLength),
                        Arrays.copyOf(marked, newLength),
                        Arrays.copyOf(unmarked, newLength),
                        newLength);
    }

    /** How many distinct values there are. */
    int length() {
        return length;
    }

    private long total(int[] counts) {
        long sum = 0;
        for (int i = 0; i < length; i++) {
            sum += counts[i];
        }
        return sum;
    }

    private boolean hasBothKinds() {
        return total(marked) > 0 && total(unmarked) > 0;
    }

    /** The share of marked values. */
    double markedShare() {
        double all = total(marked) + total(unmarked);
        return total(marked) / all;
    }

    /**
     * The probability that a marked value is above an unmarked one, ties counted half, which is the area under the ROC
     * curve (Hanley and McNeil 1982); null without values of both kinds.
     */
    @Nullable
    Double rocArea() {
        if (!hasBothKinds()) {
            return null;
        }
        double twice = 0;
        long below = 0;
        for (int i = 0; i < length; i++) {
            twice += (double) marked[i] * (2 * below + unmarked[i]);
            below += unmarked[i];
        }
        return twice / (2.0 * total(marked) * total(unmarked));
    }

    /**
     * The sum over the distinct values, from the highest, of (rise of recall) * precision: scikit-learn's {@code
     * average_precision_score}; null without values of both kinds.
     */
    @Nullable
    Double averagePrecision() {
        if (!hasBothKinds()) {
            return null;
        }
        double sum = 0;
        long hits = 0;
        long seen = 0;
        for (int i = length - 1; i >= 0; i--) {
            hits += marked[i];
            seen += marked[i] + unmarked[i];
            sum += marked[i] * ((double) hits / seen);
        }
        return sum / hits;
    }

    /** The sum over all values of the distance from their mean. */
    double distancesFromMean() {
        double count = 0;
        double sum = 0;
        for (int i = 0; i < length; i++) {
            double here = marked[i] + unmarked[i];
            count += here;
            sum += here * value(keys[i]);
        }
        double mean = sum / count;
        double distances = 0;
        for (int i = 0; i < length; i++) {
            distances += (marked[i] + unmarked[i]) * Math.abs(value(keys[i]) - mean);
        }
        return distances;
    }

    int byteCount() {
        return Math.multiplyExact(length, ENTRY_BYTES);
    }

    byte[] toBytes() {
        ByteBuffer bytes = ByteBuffer.allocate(byteCount());
        for (int i = 0; i < length; i++) {
            bytes.putInt(keys[i]).putInt(marked[i]).putInt(unmarked[i]);
        }
        return bytes.array();
    }

    /** Reads what {@link #toBytes} gives. */
    static ValueTable read(ByteBuffer bytes) {
        int count = bytes.remaining() / ENTRY_BYTES;
        ValueTable table = new ValueTable(new int[count], new int[count], new int[count], count);
        for (int i = 0; i < count; i++) {
            table.keys[i] = bytes.getInt();
            table.marked[i] = bytes.getInt();
            table.unmarked[i] = bytes.getInt();
        }
        return table;
    }
}
