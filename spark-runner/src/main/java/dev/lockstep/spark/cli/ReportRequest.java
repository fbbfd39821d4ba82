package dev.lockstep.spark.cli;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The command line of {@code report}.
 *
 * @param runs run directories, local paths or Hadoop URIs; several are compared
 * @param output where the page goes, or null for report.html in the run directory, or comparison.html
 */
public record ReportRequest(List<String> runs, @Nullable String output) {
    public ReportRequest {
        runs = List.copyOf(runs);
    }
}
