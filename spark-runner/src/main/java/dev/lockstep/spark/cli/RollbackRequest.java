package dev.lockstep.spark.cli;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The command line of {@code pipeline rollback}.
 *
 * @param file pipeline file, a local path or Hadoop URI
 * @param to version that becomes current; null for the one before
 * @param overrides {@code key=value} of the pipeline file, in the order given
 */
public record RollbackRequest(String file, @Nullable String to, List<String> overrides) {
    public RollbackRequest {
        overrides = List.copyOf(overrides);
    }
}
