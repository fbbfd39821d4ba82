package dev.lockstep.core.evaluation;

import java.nio.ByteBuffer;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What of an evaluation grows with the samples: for each output how often each distinct score was seen, apart for the
 * samples that are of its class and those that are not; and, at the end of a run, how often each distinct label was.
 * Ranks and tasks exchange these counts table by table, as bytes.
 *
 * <p>Exactness has this price: at most 8 bytes a sample and table while it is being counted, and 12 bytes a distinct
 * value afterwards, on every rank.
 */
public final class ScoreTables {
    private final ValueCounts[] scores;
    private final ValueCounts[] labels;

    ScoreTables(int outputsWithScores, int outputsWithLabels) {
        scores = tables(outputsWithScores);
        labels = tables(outputsWithLabels);
    }

    private static ValueCounts[] tables(int count) {
        return IntStream.range(0, count).mapToObj(i -> new ValueCounts()).toArray(ValueCounts[]::new);
    }

    void clear() {
        for (int i = 0; i < count(); i++) {
            table(i).clear();
        }
    }

    /** The scores of a sample: those of the other classes count as of a sample that is not of them. */
    void addScores(float[] outputs, int offset, int actual) {
        for (int i = 0; i < scores.length; i++) {
            scores[i].add(outputs[offset + i], i == actual);
        }
    }

    void addScore(int output, float score, boolean actual) {
        if (scores.length > 0) {
            scores[output].add(score, actual);
        }
    }

    void addLabels(float[] values, int size) {
        for (int i = 0; i < size * labels.length; i++) {
            labels[i % labels.length].add(values[i], false);
        }
    }

    /** The mean over the outputs of a figure of their scores, where it exists; null where it does for none. */
    @Nullable
    Double meanOfScores(Function<ValueTable, @Nullable Double> figure) {
        double sum = 0;
        int counted = 0;
        for (ValueCounts counts : scores) {
            Double value = figure.apply(counts.table());
            if (value != null) {
                sum += value;
                counted++;
            }
        }
        return counted == 0 ? null : Double.valueOf(sum / counted);
    }

    /** Mean over samples and outputs of the distance of a label from the mean of its output's; null when not counted. */
    @Nullable
    Double meanDistanceOfLabels(double samples) {
        if (labels.length == 0) {
            return null;
        }
        double sum = 0;
        for (ValueCounts counts : labels) {
            sum += counts.table().distancesFromMean();
        }
        return sum / (samples * labels.length);
    }

    private ValueCounts table(int index) {
        return index < scores.length ? scores[index] : labels[index - scores.length];
    }

    /** How many tables there are: the same for every part of an evaluation. */
    public int count() {
        return scores.length + labels.length;
    }

    /** How many bytes a table has on its way. */
    public int byteCount(int index) {
        return table(index).table().byteCount();
    }

    /** A table, for {@link #add} elsewhere. */
    public byte[] toBytes(int index) {
        return table(index).table().toBytes();
    }

    /** Adds a table of another part of the samples. */
    public void add(int index, byte[] bytes) {
        table(index).add(ValueTable.read(ByteBuffer.wrap(bytes)));
    }
}
