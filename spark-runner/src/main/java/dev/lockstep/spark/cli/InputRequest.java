package dev.lockstep.spark.cli;

import dev.lockstep.spark.data.InputFormat;
import dev.lockstep.spark.scoring.BadRows;
import dev.lockstep.spark.scoring.Probabilities;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What {@code predict} is to predict for, where it is not the job's test data.
 *
 * @param location file, directory or glob, a local path or Hadoop URI
 * @param format of the files, or null to find it out
 * @param keep columns that go on beside the prediction, or null for all of a table
 * @param badRows what becomes of rows that cannot be used
 * @param batchSize rows that are computed together
 * @param partitions pieces to aim at, or null for those that Spark makes
 * @param probabilities how they are written, or null for the usual form of the output
 */
public record InputRequest(
        String location,
        @Nullable InputFormat format,
        @Nullable List<String> keep,
        BadRows badRows,
        int batchSize,
        @Nullable Integer partitions,
        @Nullable Probabilities probabilities) {
    public InputRequest {
        keep = keep == null ? null : List.copyOf(keep);
    }
}
