package dev.lockstep.spark.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.core.data.PackedManifest;
import dev.lockstep.core.error.ExitCode;
import dev.lockstep.spark.LocalSpark;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Parquet files into packed parts: every type of column, the order of rows, and what a mistake is called. */
@Tag("spark")
class ParquetPackingTest {
    private static final StructType ALL_TYPES = new StructType()
            .add("whole", DataTypes.IntegerType)
            .add("truth", DataTypes.BooleanType)
            .add("list", DataTypes.createArrayType(DataTypes.FloatType))
            .add("dotted.name", DataTypes.DoubleType)
            .add("vector", SQLDataTypes.VectorType())
            .add("decimal", DataTypes.createDecimalType(10, 2))
            .add("species", DataTypes.StringType);

    @RegisterExtension
    static final LocalSpark SPARK = new LocalSpark();

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    /** Writes one file and gives its path. */
    private Path write(String name, StructType schema, List<Row> rows) throws IOException {
        Path directory = folder.resolve("spark-" + name);
        SPARK.session().createDataFrame(rows, schema).coalesce(1).write().parquet(directory.toString());
        try (Stream<Path> files = Files.list(directory)) {
            Path written = files.filter(file -> file.toString().endsWith(".parquet"))
                    .findFirst()
                    .orElseThrow();
            Path target = folder.resolve(name);
            Files.createDirectories(target.getParent());
            return Files.move(written, target);
        }
    }

    private static Row row(int whole, boolean truth, List<Float> list, double number, String species) {
        return RowFactory.create(
                whole,
                truth,
                list.toArray(),
                number,
                whole % 2 == 0 ? Vectors.dense(7, number) : Vectors.sparse(2, new int[] {1}, new double[] {number}),
                new BigDecimal("1.25"),
                species);
    }

    private PackedTable pack(String yaml) {
        return PackedTable.pack(SPARK.context(), folder.resolve("packed"), yaml);
    }

    private String refusal(String yaml, ExitCode code) {
        var refused = PackedTable.refusal(SPARK.context(), folder.resolve("refused"), yaml);
        assertThat(refused.exitCode()).as("%s", refused.getMessage()).isEqualTo(code);
        return String.valueOf(refused.getMessage());
    }

    @Test
    void numbersTruthArraysAndVectorsAreFeatures() throws IOException {
        Path file = write(
                "in.parquet",
                ALL_TYPES,
                List.of(row(2, true, List.of(1f, 2f), 0.5, "setosa"), row(3, false, List.of(3f, 4f), -1, "virginica")));
        String data = "{format: parquet, train: %s, label: species}".formatted(file);
        PackedTable table = pack(data);
        assertThat(table.rows())
                .containsExactly(
                        List.of(2f, 1f, 1f, 2f, 0.5f, 7f, 0.5f, 1.25f, 0f),
                        List.of(3f, 0f, 3f, 4f, -1f, 0f, -1f, 1.25f, 1f));
        assertThat(table.train().classNames()).containsExactly("setosa", "virginica");
        SampleLayout layout = SampleLayout.of(PackedTable.spec(data), null, new Configuration());
        assertThat(layout.features()).isEqualTo(table.train().shapeOfFeatures());
        assertThat(layout.samples()).isEqualTo(2);

        PackedTable scaled = pack(
                "{format: parquet, train: %s, label: vector, ignore: [species, truth, decimal], preprocessing: [min_max: {columns: [list]}]}"
                        .formatted(file));
        assertThat(scaled.train().labelWidth()).isEqualTo(2);
        assertThat(scaled.rows())
                .containsExactly(List.of(2f, 0f, 0f, 0.5f, 7f, 0.5f), List.of(3f, 1f, 1f, -1f, 0f, -1f));
    }

    @Test
    void aVectorLabelThatIsOneHotIsAClass() throws IOException {
        StructType schema = new StructType().add("x", DataTypes.LongType).add("y", SQLDataTypes.VectorType());
        Path file = write(
                "in.parquet",
                schema,
                List.of(
                        RowFactory.create(1L, Vectors.dense(0, 0, 1)),
                        RowFactory.create(2L, Vectors.sparse(3, new int[] {0}, new double[] {1}))));
        PackedTable table = pack("{format: parquet, train: %s, label: y}".formatted(file));
        assertThat(table.rows()).containsExactly(List.of(1f, 2f), List.of(2f, 0f));
        assertThat(table.train().classCounts()).containsExactly(1L, 0L, 1L);
    }

    @Test
    void rowsKeepTheOrderOfFilesAndRows() throws IOException {
        StructType schema = new StructType().add("x", DataTypes.IntegerType).add("y", DataTypes.IntegerType);
        List<List<Float>> expected = new ArrayList<>();
        int next = 0;
        for (int file = 0; file < 3; file++) {
            List<Row> rows = new ArrayList<>();
            for (int i = 0; i < 300 * (3 - file); i++, next++) {
                rows.add(RowFactory.create(next, next % 4));
                expected.add(List.of((float) next, (float) (next % 4)));
            }
            write("in/part-" + file + ".parquet", schema, rows);
        }
        for (String where : List.of("in", "in/*.parquet")) {
            PackedManifest manifest = pack("{format: parquet, train: '%s', label: y}".formatted(folder.resolve(where)))
                    .train();
            assertThat(manifest.totalSamples()).isEqualTo(next);
            assertThat(PackedCopy.rows(
                            new org.apache.hadoop.fs.Path(
                                    folder.resolve("packed").toUri()),
                            DatasetRole.TRAIN,
                            manifest))
                    .isEqualTo(expected);
        }
    }

    @Test
    void columnsThatAreMissingOrOfNoUseAreToldWithAllColumns() throws IOException {
        StructType schema = new StructType()
                .add("x", DataTypes.IntegerType)
                .add("words", DataTypes.createArrayType(DataTypes.StringType))
                .add("kind", DataTypes.StringType)
                .add("y", DataTypes.IntegerType);
        Path file = write("in.parquet", schema, List.of(RowFactory.create(1, new String[] {"a"}, "u", 0)));
        String data = "{format: parquet, train: %s, label: y}".formatted(file);
        assertThat(refusal(data, ExitCode.DATA))
                .contains(
                        "in.parquet: column \"words\": array<string>, expected a number, a boolean, an array of numbers"
                                + " or a Spark ML vector; columns: x int, words array<string>, kind string, y int");
        assertThat(refusal(data.replace("label: y", "label: y, ignore: [words]"), ExitCode.DATA))
                .contains("column \"kind\": string", "one_hot: {columns: [kind]}");
        assertThat(refusal(data.replace("label: y", "label: z"), ExitCode.USAGE))
                .contains("data.label: no column \"z\"", "expected one of x, words, kind, y");
        Path other = write(
                "more/other.parquet", new StructType().add("x", DataTypes.IntegerType), List.of(RowFactory.create(1)));
        Files.move(file, other.resolveSibling("in.parquet"));
        assertThat(refusal("{format: parquet, train: %s, label: y}".formatted(other.getParent()), ExitCode.DATA))
                .contains("other.parquet: columns x int", "in.parquet");
    }

    @Test
    void nullsAreCountedAndTheFirstIsToldUnlessTheyAreFilled() throws IOException {
        StructType schema = new StructType().add("x", DataTypes.DoubleType).add("y", DataTypes.IntegerType);
        List<Row> rows = new ArrayList<>(Arrays.asList(
                RowFactory.create(1.0, 0),
                RowFactory.create(null, 1),
                RowFactory.create(Double.NaN, 1),
                RowFactory.create(3.0, 0)));
        String data = "{format: parquet, train: %s, label: y}".formatted(write("in.parquet", schema, rows));
        assertThat(refusal(data, ExitCode.DATA))
                .contains(
                        "2 rows cannot be used",
                        "in.parquet row 2: column \"x\": empty, expected a number",
                        "in.parquet row 3: column \"x\": NaN is not a finite number");
        assertThat(pack(data.replace("label: y", "label: y, preprocessing: [fill_missing]"))
                        .rows())
                .containsExactly(List.of(1f, 0f), List.of(2f, 1f), List.of(2f, 1f), List.of(3f, 0f));
    }

    @Test
    void aFileThatIsNoParquetIsNamed() throws IOException {
        Path file = Files.writeString(folder.resolve("in.parquet"), "x,y\n1,0\n");
        assertThat(refusal("{format: parquet, train: %s, label: y}".formatted(file), ExitCode.DATA))
                .contains("in.parquet cannot be read as Parquet");
        assertThatThrownBy(() -> SampleLayout.of(
                        PackedTable.spec("{format: parquet, train: %s, label: y}".formatted(file)),
                        null,
                        new Configuration()))
                .hasMessageContaining("in.parquet cannot be read as Parquet");
    }
}
