package dev.lockstep.spark.cli;

import java.util.List;

/**
 * The command line of {@code pipeline status}.
 *
 * @param file pipeline file, a local path or Hadoop URI
 * @param json whether the answer is for programs
 * @param overrides {@code key=value} of the pipeline file, in the order given
 */
public record PipelineStatusRequest(String file, boolean json, List<String> overrides) {
    public PipelineStatusRequest {
        overrides = List.copyOf(overrides);
    }
}
