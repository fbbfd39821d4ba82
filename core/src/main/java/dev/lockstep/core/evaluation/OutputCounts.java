package dev.lockstep.core.evaluation;

import java.util.ArrayList;
import java.util.List;

/** For outputs that each say yes or no by themselves: hits, yes predicted, yes true. A part of the totals. */
final class OutputCounts {
    /** How many sums an output has. */
    static final int LENGTH = 3;

    private final double[] values;
    private final int offset;
    private final int outputs;

    /** @param values of the totals; this part begins at the offset */
    OutputCounts(double[] values, int offset, int outputs) {
        this.values = values;
        this.offset = offset;
        this.outputs = outputs;
    }

    void count(int output, boolean actual, boolean predicted) {
        int at = offset + output * LENGTH;
        values[at] += actual && predicted ? 1 : 0;
        values[at + 1] += predicted ? 1 : 0;
        values[at + 2] += actual ? 1 : 0;
    }

    List<ClassCounts> perOutput() {
        List<ClassCounts> counts = new ArrayList<>(outputs);
        for (int at = offset; at < offset + outputs * LENGTH; at += LENGTH) {
            counts.add(new ClassCounts(values[at], values[at + 1], values[at + 2]));
        }
        return counts;
    }
}
