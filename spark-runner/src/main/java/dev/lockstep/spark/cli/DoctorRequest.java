package dev.lockstep.spark.cli;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The command line of {@code doctor}.
 *
 * @param job job file, a local path or Hadoop URI; null for none
 * @param runDirectory where the run would go; null for the job's
 * @param master Spark master, or null
 * @param workers how many, or null
 * @param overrides {@code key=value}, in the order given
 * @param json whether the answer is for a program
 * @param debug show stack traces
 */
public record DoctorRequest(
        @Nullable String job,
        @Nullable String runDirectory,
        @Nullable String master,
        @Nullable Integer workers,
        List<String> overrides,
        boolean json,
        boolean debug) {
    public DoctorRequest {
        overrides = List.copyOf(overrides);
    }
}
