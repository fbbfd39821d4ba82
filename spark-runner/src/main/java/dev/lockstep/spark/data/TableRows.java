package dev.lockstep.spark.data;

import dev.lockstep.core.data.TabularData;
import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * The rows of all files in the order of the files' names, so that a row's index does not depend on how many cores the
 * cluster has: every file is a data frame of its own, and their union keeps the order.
 *
 * @param source of the rows
 * @param files by name
 * @param rows of all files
 * @param partitionFiles the file of each partition of the rows, by its number in {@code files}
 * @param marked whether the last cell of a row says which part the job's conditions put it in
 */
record TableRows(
        TableSource source, List<Path> files, JavaRDD<Row> rows, List<Integer> partitionFiles, boolean marked) {
    private static final int PROBLEMS_SHOWN = 5;

    /**
     * Plans the reading of files.
     *
     * @param conditions of the job, which are asked of every row; null for none
     */
    static TableRows of(TableSource source, List<Path> files, @Nullable TabularData conditions) {
        List<Dataset<Row>> frames = new ArrayList<>();
        files.forEach(file -> frames.add(source.rows(file)));
        if (conditions != null) {
            List<Column> seen = seen(source, files, frames);
            frames.replaceAll(frame -> RowConditions.mark(frame, seen, conditions));
        }
        List<Integer> partitionFiles = new ArrayList<>();
        for (int file = 0; file < frames.size(); file++) {
            partitionFiles.addAll(Collections.nCopies(frames.get(file).javaRDD().getNumPartitions(), file));
        }
        return new TableRows(source, files, union(frames), partitionFiles, conditions != null);
    }

    /** The columns as conditions see them. */
    private static List<Column> seen(TableSource source, List<Path> files, List<Dataset<Row>> frames) {
        String[] names = source.columns().fieldNames();
        return source instanceof CsvSource
                ? TextColumns.typed(
                        union(frames), names, files.get(0).getParent().toString())
                : Arrays.stream(names).map(RowConditions::column).toList();
    }

    /** Keeps the order of the files. */
    private static JavaRDD<Row> union(List<Dataset<Row>> frames) {
        return frames.stream()
                .map(Dataset::javaRDD)
                .reduce(JavaRDD::union)
                .orElseThrow(() -> new IllegalStateException("there is at least one file"));
    }

    /** The files of the partitions, for closures. */
    String[] sources() {
        return partitionFiles.stream().map(file -> files.get(file).toString()).toArray(String[]::new);
    }

    /** How many numbers a cell of a column of vectors holds, looked up in the first row that has one. */
    int width(StructType schema, int position) {
        String column = "`" + schema.fieldNames()[position].replace("`", "``") + "`";
        for (Path file : files) {
            Dataset<Row> cells = source.rows(file).select(functions.col(column));
            List<Row> first = cells.filter(functions.col(column).isNotNull()).takeAsList(1);
            if (!first.isEmpty()) {
                return TableCells.width(first.get(0).get(0));
            }
        }
        throw new LockstepException(
                ExitCode.DATA,
                files.get(0) + ": column \"" + schema.fieldNames()[position] + "\" holds nothing but null in "
                        + files.size() + " files");
    }

    /**
     * Requires rows, all of which can be used.
     *
     * @throws LockstepException naming file and line of the first that cannot
     */
    void requireUsable(List<TablePartition> partitions) {
        int bad = partitions.stream().mapToInt(TablePartition::badRows).sum();
        if (bad > 0) {
            throw new LockstepException(
                    ExitCode.DATA,
                    (bad == 1 ? "1 row" : bad + " rows") + " cannot be used:\n  "
                            + String.join("\n  ", problems(partitions))
                            + "\n" + source.remedy()
                            + (source instanceof CsvSource ? " (data.null_value says how it is written)" : ""));
        }
        if (partitions.stream().mapToInt(TablePartition::rows).sum() == 0) {
            throw new LockstepException(
                    ExitCode.DATA,
                    "no rows in " + files.get(0).getParent() + "; matched " + files.size()
                            + " files, all without rows; expected at least one " + source.rowExpected());
        }
    }

    /** What is wrong with the first rows that cannot be used, with file and line. */
    List<String> problems(List<TablePartition> partitions) {
        List<String> described = new ArrayList<>();
        for (int file = 0; file < files.size() && described.size() < PROBLEMS_SHOWN; file++) {
            SortedMap<Long, String> problems = new TreeMap<>();
            long rowsBefore = 0;
            for (int i = 0; i < partitions.size(); i++) {
                if (partitionFiles.get(i) == file) {
                    long first = rowsBefore;
                    partitions.get(i).problems().forEach((row, problem) -> problems.put(first + row, problem));
                    rowsBefore += partitions.get(i).rows();
                }
            }
            if (!problems.isEmpty()) {
                described.addAll(source.describe(files.get(file), problems));
            }
        }
        return described.subList(0, Math.min(PROBLEMS_SHOWN, described.size()));
    }
}
