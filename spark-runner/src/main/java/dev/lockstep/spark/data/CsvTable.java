package dev.lockstep.spark.data;

import dev.lockstep.core.data.CsvData;
import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * CSV files as rows of text, in the order of the files; the last cell is the whole line where its columns do not fit.
 *
 * @param columns of all files
 * @param rows of all files
 * @param files the file of each partition of the rows
 */
@SuppressWarnings("ArrayRecordComponent") // handed on once, never compared
record CsvTable(CsvColumns columns, JavaRDD<Row> rows, String[] files) {
    private static final String MALFORMED = "_malformed_line";

    /**
     * Looks at the first line of every file and plans the reading of the rest.
     *
     * @throws LockstepException when there are no rows or the files differ in their columns
     */
    static CsvTable open(SparkSession session, List<Path> files, CsvData data, Configuration configuration) {
        CsvColumns columns = columns(files, data, configuration);
        JavaRDD<Row> rows = null;
        List<String> partitionFiles = new ArrayList<>();
        for (Path file : files) {
            // The union keeps the order of the files.
            JavaRDD<Row> part = rows(session, file, data, columns);
            for (int i = 0; i < part.getNumPartitions(); i++) {
                partitionFiles.add(file.toString());
            }
            rows = rows == null ? part : rows.union(part);
        }
        return new CsvTable(
                columns,
                Objects.requireNonNull(rows, "there is at least one file"),
                partitionFiles.toArray(String[]::new));
    }

    private static JavaRDD<Row> rows(SparkSession session, Path file, CsvData data, CsvColumns columns) {
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
                .csv(file.toString())
                .javaRDD();
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
