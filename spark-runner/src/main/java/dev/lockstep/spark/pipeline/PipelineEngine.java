package dev.lockstep.spark.pipeline;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.core.config.JobConfig;
import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import java.util.List;

/** What a pipeline asks of the training. */
public interface PipelineEngine {
    /**
     * A job of a day.
     *
     * @param job file: a local path or Hadoop URI
     * @param overrides {@code key=value} in the order they are applied
     */
    record JobOrder(String job, List<String> overrides) {
        public JobOrder {
            overrides = List.copyOf(overrides);
        }
    }

    /**
     * Reads and checks a job.
     *
     * @throws LockstepException listing everything that is wrong
     */
    JobConfig job(JobOrder order);

    /**
     * Trains in a run directory, or goes on in it; of a completed run it gives the result.
     *
     * @return result.json
     * @throws LockstepException with {@link ExitCode#STOPPED} when it was stopped on request; the same call goes on
     */
    ObjectNode train(JobOrder order, String runDirectory);

    /**
     * Evaluates a model on the test samples of a job.
     *
     * @param workplace directory that the samples are packed into
     * @return loss, metrics and the rest as the {@code test} of result.json has them
     */
    ObjectNode evaluate(JobOrder order, String model, String workplace);

    /** Whether somebody asked for a stop. */
    boolean stopRequested();
}
