package dev.lockstep.spark.data;

import dev.lockstep.core.data.CsvData;
import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SortedMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/** CSV files as rows of text. Spark does not tell lines: those of bad rows are looked up afterwards. */
final class CsvSource implements TableSource {
    /** The column of a line that could not be cut into cells. */
    static final String MALFORMED = "_malformed_line";

    private final CsvData data;
    private final List<Path> files;
    private final SparkSession session;
    private final Configuration configuration;
    private final StructType columns;

    CsvSource(CsvData data, List<Path> files, SparkSession session, Configuration configuration) {
        this.data = data;
        this.files = files;
        this.session = session;
        this.configuration = configuration;
        this.columns = columns(files, data, configuration);
    }

    @Override
    public StructType columns() {
        return columns;
    }

    @Override
    public String rowExpected() {
        return data.header() ? "line below the header" : "line";
    }

    @Override
    public Dataset<Row> rows(Path file) {
        return rows(List.of(file));
    }

    /** The rows of files, cut into pieces as Spark likes. */
    Dataset<Row> rows(List<Path> some) {
        return session.read()
                .option("header", data.header())
                .option("sep", data.delimiter())
                .schema(columns.add(MALFORMED, DataTypes.StringType))
                .option("mode", "PERMISSIVE")
                .option("columnNameOfCorruptRecord", MALFORMED)
                .csv(some.stream().map(Path::toString).toArray(String[]::new));
    }

    @Override
    public List<String> describe(Path file, SortedMap<Long, String> problems) {
        return described(file, data, columns.size(), problems, configuration);
    }

    /** Problems by row, with the lines that the rows stand in. */
    static List<String> described(
            Path file, CsvData data, int columns, SortedMap<Long, String> problems, Configuration configuration) {
        List<String> described = new ArrayList<>();
        try (CsvLines lines = new CsvLines(file, data, configuration)) {
            @Nullable String @Nullable [] cells = lines.next();
            if (data.header() && cells != null) {
                cells = lines.next();
            }
            for (long row = 0; cells != null && row <= problems.lastKey(); row++) {
                String problem = problems.get(row);
                if (problem != null) {
                    described.add(file + " line " + lines.line() + ": "
                            + (problem.isEmpty() ? cells.length + " columns, expected " + columns : problem));
                }
                cells = lines.next();
            }
        }
        return described;
    }

    /**
     * The columns of the first line of every file. Spark would take those of the first file for those of all, whatever
     * the others' headers say.
     */
    static StructType columns(List<Path> files, CsvData data, Configuration configuration) {
        String[] columns = null;
        Path first = files.get(0);
        for (Path file : files) {
            try (CsvLines lines = new CsvLines(file, data, configuration)) {
                @Nullable String @Nullable [] cells = lines.next();
                if (cells == null) {
                    continue;
                }
                String[] names = names(cells, data.header(), file);
                if (columns == null) {
                    first = file;
                    columns = names;
                } else if (data.header()) {
                    requireSame(columns, first, names, file, lines.line());
                }
            }
        }
        if (columns == null) {
            throw new LockstepException(
                    ExitCode.DATA,
                    "no rows in " + first.getParent() + "; matched " + files.size() + " files, all empty");
        }
        StructType schema = new StructType();
        for (String name : columns) {
            schema = schema.add(name, DataTypes.StringType);
        }
        return schema;
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
