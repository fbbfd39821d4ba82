package dev.lockstep.spark;

import dev.lockstep.spark.scoring.ScoringTally;
import java.io.PrintStream;
import java.util.Locale;
import org.apache.spark.SparkStageInfo;
import org.apache.spark.api.java.JavaSparkContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says every few seconds how far a scoring job is: rows are counted when the task that read them has ended. */
final class ScoringProgress implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ScoringProgress.class);
    private static final long PERIOD_MILLIS = 10_000;

    private final JavaSparkContext spark;
    private final ScoringTally tally;
    private final PrintStream output;
    private final Thread thread;

    ScoringProgress(JavaSparkContext spark, ScoringTally tally, PrintStream output) {
        this.spark = spark;
        this.tally = tally;
        this.output = output;
        this.thread = new Thread(this::watch, "lockstep-scoring-progress");
        thread.setDaemon(true);
    }

    void begin() {
        thread.start();
    }

    private void watch() {
        long began = System.nanoTime();
        try {
            while (true) {
                Thread.sleep(PERIOD_MILLIS);
                String line = line((System.nanoTime() - began) / 1e9);
                if (!line.isEmpty()) {
                    output.println(line);
                }
            }
        } catch (InterruptedException over) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException noSession) {
            LOG.debug("The session ended while it was watched", noSession);
        }
    }

    /** How far the stage under way is; empty where there is none. */
    private String line(double seconds) {
        int[] active = spark.statusTracker().getActiveStageIds();
        if (active.length == 0) {
            return "";
        }
        SparkStageInfo stage = spark.statusTracker().getStageInfo(active[active.length - 1]);
        return stage == null ? "" : line(tally.rows().value(), stage.numCompletedTasks(), stage.numTasks(), seconds);
    }

    /** A line for people. */
    static String line(long rows, int tasksDone, int tasks, double seconds) {
        return String.format(
                Locale.ROOT, "%,d rows, %d of %d tasks done, %,.0f rows/s", rows, tasksDone, tasks, rows / seconds);
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
