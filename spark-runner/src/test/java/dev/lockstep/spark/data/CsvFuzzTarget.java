package dev.lockstep.spark.data;

import dev.lockstep.core.data.CsvData;
import dev.lockstep.core.fuzz.FuzzTarget;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.zip.GZIPOutputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/** A CSV file, plain or gzip, as far as it is read without Spark: columns, cells, the lines of bad rows. */
public final class CsvFuzzTarget implements FuzzTarget {
    private static final int MOST_ROWS = 100;

    private final Configuration configuration = new Configuration();
    private @Nullable Path directory;

    @Override
    public String name() {
        return "csv";
    }

    @Override
    public List<byte[]> seeds() throws IOException {
        String table = "a,b,y\n1,2.5,0\n\"3\",\"4\\\"\",1\n , ,1\n-1e3,.5,2\n";
        return List.of(bytes(table), bytes("\uFEFF" + table.replace("\n", "\r\n")), gzip(table));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] gzip(String text) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(bytes)) {
            out.write(bytes(text));
        }
        return bytes.toByteArray();
    }

    @Override
    public void read(byte[] input) throws IOException {
        boolean isGzip = input.length > 1 && input[0] == 0x1F;
        Path file = directory().resolve(isGzip ? "table.csv.gz" : "table.csv");
        Files.write(file, input);
        CsvData data = CsvTables.plain(file, null, "y", List.of(), true, ",");
        org.apache.hadoop.fs.Path path = new org.apache.hadoop.fs.Path(file.toUri());
        StructType schema = CsvSource.columns(List.of(path), data, configuration);
        TableLayout layout = TableLayout.ofTraining(data, schema, position -> 1, path.toString());
        CsvSamples.layout(data, null, configuration);
        TreeMap<Long, String> problems = readRows(path, data, schema, layout);
        if (!problems.isEmpty()) {
            describe(path, data, schema, problems);
        }
    }

    private TreeMap<Long, String> readRows(
            org.apache.hadoop.fs.Path path, CsvData data, StructType schema, TableLayout layout) {
        TreeMap<Long, String> problems = new TreeMap<>();
        try (CsvLines lines = new CsvLines(path, data, configuration)) {
            lines.next();
            @Nullable String @Nullable [] cells = lines.next();
            for (long row = 0; cells != null && row < MOST_ROWS; row++) {
                try {
                    Row read = row(cells, schema);
                    layout.columns().read(read);
                    layout.columns().weight(read);
                    layout.label().values(read);
                    layout.label().word(read);
                } catch (BadRowException bad) {
                    problems.put(row, String.valueOf(bad.getMessage()));
                }
                cells = lines.next();
            }
        }
        return problems;
    }

    /** As Spark gives a line: cells that are missing are null, and a line that it cannot cut stands behind them. */
    private static Row row(@Nullable String[] cells, StructType schema) {
        @Nullable Object[] row = Arrays.copyOf(cells, schema.size() + 1, Object[].class);
        row[schema.size()] = cells.length == schema.size() ? null : "uncut";
        return RowFactory.create(row);
    }

    private void describe(
            org.apache.hadoop.fs.Path path, CsvData data, StructType schema, TreeMap<Long, String> problems) {
        if (CsvSource.described(path, data, schema.size(), problems, configuration)
                .isEmpty()) {
            throw new AssertionError("bad rows that are not found again: " + problems);
        }
    }

    private synchronized Path directory() throws IOException {
        Path known = directory;
        if (known == null) {
            known = Files.createTempDirectory("lockstep-fuzz");
            known.toFile().deleteOnExit();
            directory = known;
        }
        return known;
    }

    @Override
    public long mostAllocatedBytes(int inputBytes) {
        return (64L << 20) + 1_024L * 16 * inputBytes;
    }

    @Override
    public List<String> words() {
        return List.of(",", "\"", "\\\"", "\r\n", "\n\n", "y", "NaN", "1e39", "0x1p3", "12d", "\uFEFF");
    }
}
