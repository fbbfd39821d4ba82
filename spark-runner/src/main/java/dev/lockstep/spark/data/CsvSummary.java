package dev.lockstep.spark.data;

import dev.lockstep.core.data.CsvData;
import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.jspecify.annotations.Nullable;

/**
 * All partitions of CSV rows together.
 *
 * @param samples of each partition
 * @param classCounts samples of each class, or null where labels are no classes
 */
@SuppressWarnings("ArrayRecordComponent") // handed on once, never compared
record CsvSummary(int[] samples, @Nullable List<Long> classCounts) {
    private static final int PROBLEMS_SHOWN = 5;

    /**
     * Adds up the partitions.
     *
     * @throws LockstepException naming file and line when any row cannot be used
     */
    static CsvSummary of(
            List<CsvPartition> partitions,
            CsvColumns columns,
            List<Path> files,
            CsvData data,
            Configuration configuration) {
        int[] samples = partitions.stream().mapToInt(CsvPartition::rows).toArray();
        int bad = partitions.stream().mapToInt(CsvPartition::badRows).sum();
        if (bad > 0) {
            throw new LockstepException(
                    ExitCode.DATA,
                    (bad == 1 ? "1 row" : bad + " rows") + " cannot be used:\n  "
                            + String.join("\n  ", problems(columns, files, data, configuration))
                            + "\nmend or remove them, or leave a column out by data.ignore");
        }
        if (Arrays.stream(samples).sum() == 0) {
            throw new LockstepException(
                    ExitCode.DATA,
                    "no rows in " + files.get(0).getParent() + "; matched " + files.size()
                            + " files, all without rows; expected at least one line"
                            + (data.header() ? " below the header" : ""));
        }
        boolean whole = partitions.stream().allMatch(CsvPartition::wholeLabels);
        return new CsvSummary(samples, whole ? counts(partitions) : null);
    }

    private static List<Long> counts(List<CsvPartition> partitions) {
        TreeMap<Integer, Long> sums = new TreeMap<>();
        for (CsvPartition partition : partitions) {
            partition.labelCounts().forEach((label, count) -> sums.merge(label, count, Long::sum));
        }
        List<Long> counts = new ArrayList<>();
        for (int label = 0; label <= sums.lastKey(); label++) {
            counts.add(sums.getOrDefault(label, 0L));
        }
        return counts;
    }

    /** Where each partition's samples start. */
    int[] firstSamples() {
        int[] starts = new int[samples.length];
        for (int i = 1; i < starts.length; i++) {
            starts[i] = starts[i - 1] + samples[i - 1];
        }
        return starts;
    }

    /** The first bad rows with file and line, which Spark does not tell. */
    private static List<String> problems(
            CsvColumns columns, List<Path> files, CsvData data, Configuration configuration) {
        List<String> problems = new ArrayList<>();
        for (Path file : files) {
            try (CsvLines lines = new CsvLines(file, data, configuration)) {
                @Nullable String @Nullable [] cells = lines.next();
                if (data.header() && cells != null) {
                    cells = lines.next();
                }
                while (cells != null && problems.size() < PROBLEMS_SHOWN) {
                    String problem = columns.problem(cells);
                    if (problem != null) {
                        problems.add(file + " line " + lines.line() + ": " + problem);
                    }
                    cells = lines.next();
                }
            }
        }
        return problems;
    }
}
