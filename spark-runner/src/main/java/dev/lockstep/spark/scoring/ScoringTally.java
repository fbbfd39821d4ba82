package dev.lockstep.spark.scoring;

import java.io.Serializable;
import org.apache.spark.SparkContext;
import org.apache.spark.util.LongAccumulator;

/**
 * Counts what the tasks of a scoring job did. What a task counted is seen when the task has ended.
 *
 * @param rows that were read
 * @param badRows of them, those of which nothing could be predicted
 * @param readingNanos time of the tasks in reading and preparing rows
 * @param computingNanos time of the tasks in the network
 */
public record ScoringTally(
        LongAccumulator rows, LongAccumulator badRows, LongAccumulator readingNanos, LongAccumulator computingNanos)
        implements Serializable {
    private static final long serialVersionUID = 1L;

    /** Nothing is counted yet. */
    public static ScoringTally start(SparkContext spark) {
        return new ScoringTally(
                spark.longAccumulator(), spark.longAccumulator(), spark.longAccumulator(), spark.longAccumulator());
    }

    /** Runs on an executor. */
    void add(int count, int bad, long reading, long computing) {
        rows.add(count);
        badRows.add(bad);
        readingNanos.add(reading);
        computingNanos.add(computing);
    }
}
