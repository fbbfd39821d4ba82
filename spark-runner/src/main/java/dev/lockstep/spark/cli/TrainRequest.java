package dev.lockstep.spark.cli;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The command line of {@code train}.
 *
 * @param job job file, a local path or Hadoop URI
 * @param runDirectory where the run goes, or null for {@code runs/NAME}
 * @param master Spark master, or null for the job file's or spark-submit's
 * @param workers number of workers, or null for the job file's
 * @param resume what to do with checkpoints that are there
 * @param fresh begin anew and keep the old run beside the new one
 * @param overrides {@code key=value}, in the order given
 * @param debug show stack traces and the resolved job
 * @param strict refuse to go on from an older checkpoint than the newest
 */
public record TrainRequest(
        String job,
        @Nullable String runDirectory,
        @Nullable String master,
        @Nullable Integer workers,
        ResumePolicy resume,
        boolean fresh,
        List<String> overrides,
        boolean debug,
        boolean strict) {
    public TrainRequest {
        overrides = List.copyOf(overrides);
    }

    /** The same without a wish to begin anew. */
    public TrainRequest goingOn() {
        return new TrainRequest(job, runDirectory, master, workers, ResumePolicy.AUTO, false, overrides, debug, strict);
    }

    /** That goes on from the newest checkpoint which is whole. */
    public TrainRequest(
            String job,
            @Nullable String runDirectory,
            @Nullable String master,
            @Nullable Integer workers,
            ResumePolicy resume,
            boolean fresh,
            List<String> overrides,
            boolean debug) {
        this(job, runDirectory, master, workers, resume, fresh, overrides, debug, false);
    }
}
