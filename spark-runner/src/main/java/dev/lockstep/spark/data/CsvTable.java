package dev.lockstep.spark.data;

import dev.lockstep.core.data.CsvData;
import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * CSV files as rows of text, in the order of the files; after the columns stands the whole line where they do not fit,
 * then, if there are conditions, which part the row is in.
 *
 * @param columns of all files
 * @param rows of all files
 * @param files the file of each partition of the rows
 * @param marked whether the rows are marked by {@link RowConditions}
 */
@SuppressWarnings("ArrayRecordComponent") // handed on once, never compared
record CsvTable(CsvColumns columns, JavaRDD<Row> rows, String[] files, boolean marked) {
    private static final String MALFORMED = "_malformed_line";

    /**
     * Looks at the first line of every file and plans the reading of the rest.
     *
     * @param marked whether to ask the job's conditions of every row
     * @throws LockstepException when there are no rows or the files differ in their columns
     */
    static CsvTable open(
            SparkSession session, List<Path> files, CsvData data, Configuration configuration, boolean marked) {
        CsvColumns columns = columns(files, data, configuration);
        List<Dataset<Row>> frames = new ArrayList<>();
        files.forEach(file -> frames.add(rows(session, file, data, columns)));
        if (marked) {
            List<Column> seen = TextColumns.typed(
                    union(frames), columns.names(), files.get(0).getParent().toString());
            frames.replaceAll(frame -> RowConditions.mark(frame, seen, data));
        }
        List<String> partitionFiles = new ArrayList<>();
        for (int i = 0; i < frames.size(); i++) {
            partitionFiles.addAll(Collections.nCopies(
                    frames.get(i).javaRDD().getNumPartitions(), files.get(i).toString()));
        }
        return new CsvTable(columns, union(frames), partitionFiles.toArray(String[]::new), marked);
    }

    /** Keeps the order of the files. */
    private static JavaRDD<Row> union(List<Dataset<Row>> frames) {
        return frames.stream()
                .map(Dataset::javaRDD)
                .reduce(JavaRDD::union)
                .orElseThrow(() -> new IllegalStateException("there is at least one file"));
    }

    private static Dataset<Row> rows(SparkSession session, Path file, CsvData data, CsvColumns columns) {
        StructType schema = new StructType();
        for (String name : columns.names()) {
            schema = schema.add(name, DataTypes.StringType);
        }
        return session.read()
                .option("header", data.header())
                .option("sep", data.delimiter())
                .schema(schema.add(MALFORMED, DataTypes.StringType))
                .option("mode", "PERMISSIVE")
                .option("columnNameOfCorruptRecord", MALFORMED)
                .csv(file.toString());
    }

    /** Spark would take the columns of the first file for those of all, whatever the others' headers say. */
    static CsvColumns columns(List<Path> files, CsvData data, Configuration configuration) {
        CsvColumns columns = null;
        Path first = files.get(0);
        for (Path file : files) {
            try (CsvLines lines = new CsvLines(file, data, configuration)) {
                @Nullable String @Nullable [] cells = lines.next();
                if (cells == null) {
                    continue;
                }
                if (columns == null) {
                    first = file;
                    columns = CsvColumns.of(data, names(cells, data.header(), file), file.toString());
                } else if (data.header()) {
                    requireSame(columns.names(), first, names(cells, true, file), file, lines.line());
                }
            }
        }
        if (columns == null) {
            throw new LockstepException(
                    ExitCode.DATA,
                    "no rows in " + first.getParent() + "; matched " + files.size() + " files, all empty");
        }
        return columns;
    }

    private static String[] names(@Nullable String[] cells, boolean header, Path file) {
        String[] names = new String[cells.length];
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < names.length; i++) {
            String cell = header ? cells[i] : String.valueOf(i);
            names[i] = cell == null || cell.isBlank() ? "_c" + i : cell.strip();
            // Spark's names of columns do not tell cases apart.
            if (!seen.add(names[i].toLowerCase(Locale.ROOT))) {
                throw new LockstepException(
                        ExitCode.DATA,
                        file + ": the header names column \"" + names[i]
                                + "\" twice; every column needs a name of its own, whatever its case");
            }
        }
        return names;
    }

    private static void requireSame(String[] expected, Path first, String[] found, Path file, long line) {
        if (!Arrays.equals(expected, found)) {
            throw new LockstepException(
                    ExitCode.DATA,
                    file + " line " + line + ": the header has " + found.length + " columns (" + shortened(found)
                            + "), expected the " + expected.length + " of " + first + " (" + shortened(expected)
                            + ") in the same order");
        }
    }

    private static String shortened(String[] names) {
        int shown = 8;
        String list = String.join(", ", Arrays.asList(names).subList(0, Math.min(shown, names.length)));
        return names.length > shown ? list + ", ..." : list;
    }
}
