package dev.lockstep.spark.cli;

import dev.lockstep.core.plan.NetworkSpeed;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The command line of {@code plan}.
 *
 * @param job job file, a local path or Hadoop URI
 * @param workers the numbers to predict, ascending
 * @param network between them
 * @param samples of the training set, or null to look them up
 * @param overrides {@code key=value}, in the order given
 * @param json whether the answer is for a program
 * @param debug show stack traces
 */
public record PlanRequest(
        String job,
        List<Integer> workers,
        NetworkSpeed network,
        @Nullable Integer samples,
        List<String> overrides,
        boolean json,
        boolean debug) {
    public PlanRequest {
        workers = List.copyOf(workers);
        overrides = List.copyOf(overrides);
    }
}
