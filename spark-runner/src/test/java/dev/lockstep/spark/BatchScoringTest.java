package dev.lockstep.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.core.data.IdxHeader;
import dev.lockstep.core.data.IdxWriter;
import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import dev.lockstep.spark.cli.InputRequest;
import dev.lockstep.spark.data.InputFormat;
import dev.lockstep.spark.scoring.BadRows;
import dev.lockstep.spark.scoring.LockstepModel;
import dev.lockstep.spark.scoring.Probabilities;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.assertj.core.data.Offset;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * Predictions for files and frames, against those for packed test data: the same bits. Both are asked for two batches of
 * the same rows, as a product of other rows may be rounded otherwise.
 */
@Tag("spark")
class BatchScoringTest {
    private static final int ROWS = 40;
    private static final int SIDE = 6;

    private static final String TABLE =
            """
            name: table
            seed: 3
            model: {layers: [dense: {units: 5, activation: relu}, dense: {units: 3, activation: softmax}]}
            training: {loss: sparse_categorical_crossentropy, optimizer: sgd, batch_size: 2, epochs: 1}
            data:
              format: FORMAT
              train: INPUT
              test: INPUT
              label: y
              ignore: [id]
              preprocessing: [fill_missing: {columns: [a, b]}, fill_missing: {columns: kind, strategy: most_frequent},
                one_hot: {columns: kind}, standardise: {columns: [a, b]}]
            """;

    private static final String PICTURES =
            """
            name: pictures
            seed: 4
            model: {layers: [flatten, dense: {units: 3, activation: softmax}]}
            training: {loss: sparse_categorical_crossentropy, optimizer: sgd, batch_size: 2, epochs: 1}
            data:
            """;

    @RegisterExtension
    static final LocalSpark SPARK = new LocalSpark();

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private static Path folder;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path own;

    @SuppressWarnings("NullAway.Init")
    private static Path table;

    @SuppressWarnings("NullAway.Init")
    private static Path csvRun;

    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

    /** Two files of as many rows, with missing cells and categories. */
    @BeforeAll
    static void writeTable() throws IOException {
        table = Files.createDirectories(folder.resolve("table"));
        Random random = new Random(1);
        for (int file = 0; file < 2; file++) {
            StringBuilder text = new StringBuilder("id,a,b,kind,y\n");
            for (int row = 0; row < ROWS / 2; row++) {
                text.append(file * ROWS / 2 + row)
                        .append(',')
                        .append(row % 7 == 3 ? "" : String.valueOf(random.nextGaussian()))
                        .append(',')
                        .append(random.nextInt(100))
                        .append(',')
                        .append(
                                row % 5 == 2
                                        ? ""
                                        : List.of("red", "green", "blue").get(random.nextInt(3)))
                        .append(',')
                        .append(List.of("low", "middle", "top").get(row % 3))
                        .append('\n');
            }
            Files.writeString(table.resolve("part-" + file + ".csv"), text);
        }
        csvRun = UntrainedModel.write(SPARK.context(), job("csv", table), folder.resolve("csv-run"));
    }

    private static String job(String format, Path input) {
        return TABLE.replace("FORMAT", format).replace("INPUT", input.toString());
    }

    private static InputRequest request(Path input, InputFormat format, @Nullable Integer partitions) {
        return new InputRequest(input.toString(), format, null, BadRows.FAIL, 256, partitions, null);
    }

    private static ModelUse use(Path run) {
        return new ModelUse(run.toString(), List.of(), null, null);
    }

    private Path score(Path run, InputRequest request, String name) {
        Path target = own.resolve(name);
        new BatchScoring(use(run), request, new PrintStream(printed, true, StandardCharsets.UTF_8))
                .score(
                        SPARK.context(),
                        Objects.requireNonNull(request.format()),
                        new org.apache.hadoop.fs.Path(target.toUri()));
        return target;
    }

    private static Dataset<Row> read(Path folder) {
        return SPARK.session().read().parquet(folder.toString());
    }

    /** The outputs of the network for packed samples, by their index. */
    private List<List<Float>> packed(Path run) {
        org.apache.hadoop.fs.Path target =
                new org.apache.hadoop.fs.Path(own.resolve("packed").toUri());
        use(run).writePredictions(SPARK.context(), target);
        return read(own.resolve("packed")).orderBy("sample").collectAsList().stream()
                .map(row -> Stream.of(0, 1, 2)
                        .map(i -> row.<Float>getAs("output_" + i))
                        .toList())
                .toList();
    }

    private static List<Float> probability(Row row) {
        return new ArrayList<>(row.getList(row.fieldIndex("probability")));
    }

    private static List<List<Float>> probabilities(List<Row> rows) {
        return rows.stream().map(BatchScoringTest::probability).toList();
    }

    private static List<Row> byId(Dataset<Row> rows) {
        return rows.orderBy(functions.col("id").cast("int")).collectAsList();
    }

    @Test
    void rowsOfCsvGetTheBitsOfPackedOnesAndKeepTheirColumns() {
        List<Row> rows = byId(read(score(csvRun, request(table, InputFormat.CSV, null), "scored")));
        assertThat(probabilities(rows)).hasSize(ROWS).isEqualTo(packed(csvRun));
        assertThat(rows.get(0).schema().fieldNames())
                .containsExactly("id", "a", "b", "kind", "y", "prediction", "predicted_class", "probability");
        assertThat(printed.toString(StandardCharsets.UTF_8)).contains("Wrote 40 predictions to", "rows/s");
        for (Row row : rows) {
            List<Float> probability = probability(row);
            int predicted = (int) row.<Double>getAs("prediction").doubleValue();
            assertThat(probability.get(predicted))
                    .isEqualTo(
                            probability.stream().max(Comparator.naturalOrder()).orElseThrow());
            assertThat(row.<String>getAs("predicted_class"))
                    .isEqualTo(List.of("low", "middle", "top").get(predicted));
        }
    }

    /** The same frame as Parquet, of numbers; a model of it; and the frame itself, in memory. */
    @Test
    void rowsOfParquetAndOfAFrameGetTheBitsOfPackedOnes() throws IOException {
        Dataset<Row> frame = SPARK.session()
                .read()
                .option("header", true)
                .schema("id INT, a DOUBLE, b INT, kind STRING, y STRING")
                .csv(
                        table.resolve("part-0.csv").toString(),
                        table.resolve("part-1.csv").toString());
        Path parquet = own.resolve("table");
        frame.repartitionByRange(2, functions.col("id")).write().parquet(parquet.toString());
        Path run = UntrainedModel.write(SPARK.context(), job("parquet", parquet), own.resolve("run"));
        Dataset<Row> scored = read(score(run, request(parquet, InputFormat.PARQUET, null), "scored"));
        assertThat(probabilities(byId(scored))).hasSize(ROWS).isEqualTo(packed(run));

        SPARK.context().setJobGroup("lazy", "nothing is to run", false);
        Dataset<Row> transformed =
                LockstepModel.load(SPARK.session(), run.toString()).transform(frame);
        assertThat(SPARK.context().statusTracker().getJobIdsForGroup("lazy")).isEmpty();
        SPARK.context().clearJobGroup();
        assertThat(transformed.columns())
                .startsWith("id", "a")
                .endsWith("prediction", "predicted_class", "probability");
        assertThat(probabilities(byId(transformed))).isEqualTo(probabilities(byId(scored)));
        assertThat(transformed.limit(3).count()).isEqualTo(3);
    }

    @Test
    void aModelOfCsvTakesParquetAndOnlyTheColumnsThatAreAskedFor() {
        Dataset<Row> text = SPARK.session().read().option("header", true).csv(table.toString());
        LockstepModel model =
                LockstepModel.load(SPARK.session(), csvRun.toString()).withBatchSize(7);
        Dataset<Row> frame = text.withColumn("b", functions.col("b").cast("float"))
                .withColumn("vector", functions.lit(1))
                .withColumnRenamed("id", "the.id");
        Dataset<Row> scored = model.transform(frame, List.of("the.id"));
        assertThat(scored.columns()).containsExactly("the.id", "prediction", "predicted_class", "probability");
        assertThat(scored.count()).isEqualTo(ROWS);
        assertThat(model.classNames()).containsExactly("low", "middle", "top");
        assertRefused(ExitCode.USAGE, () -> model.transform(frame, List.of("id")), "no column \"id\"", "the.id, a, b");
        assertRefused(
                ExitCode.DATA,
                () -> model.transform(frame.drop("a", "kind")),
                "no columns \"a\", \"kind\", which the model takes; the rows have \"the.id\", \"b\"");
        assertRefused(
                ExitCode.DATA,
                () -> model.transform(frame.withColumn("a", functions.array(functions.lit(1)))),
                "column \"a\": array<int>, the model takes a number");
        assertRefused(
                ExitCode.USAGE,
                () -> model.transform(frame.withColumn("Prediction", functions.lit(1))),
                "a column \"prediction\" already");
    }

    private static void assertRefused(ExitCode code, Runnable action, String... parts) {
        assertThatThrownBy(action::run)
                .isInstanceOfSatisfying(LockstepException.class, refused -> assertThat(refused.exitCode())
                        .isEqualTo(code))
                .hasMessageContainingAll(parts);
    }

    private static byte[] sample(int number) {
        byte[] sample = new byte[SIDE * SIDE];
        new Random(number).nextBytes(sample);
        return sample;
    }

    @Test
    void samplesOfIdxFilesGetTheBitsOfPackedOnes() throws IOException {
        Path directory = Files.createDirectories(own.resolve("idx"));
        try (IdxWriter images = new IdxWriter(
                        Files.newOutputStream(directory.resolve("images-ubyte")), IdxHeader.images(ROWS, SIDE, SIDE));
                IdxWriter labels = new IdxWriter(
                        Files.newOutputStream(directory.resolve("labels-ubyte")), IdxHeader.labels(ROWS))) {
            for (int i = 0; i < ROWS; i++) {
                images.write(sample(i), 0, SIDE * SIDE);
                labels.write(new byte[] {(byte) (i % 3)}, 0, 1);
            }
            images.finish();
            labels.finish();
        }
        String data = ("{format: idx, directory: %s, train_images: images-ubyte, train_labels: labels-ubyte,"
                        + " test_images: images-ubyte, test_labels: labels-ubyte, scale: 255}")
                .formatted(directory);
        Path run = UntrainedModel.write(SPARK.context(), PICTURES + data.indent(2), own.resolve("run"));
        Dataset<Row> scored = read(score(run, request(directory, InputFormat.IDX, 2), "scored"));
        assertThat(scored.columns()).containsExactly("path", "index", "prediction", "probability");
        List<List<Float>> expected = packed(run);
        assertThat(probabilities(scored.orderBy("index").collectAsList())).isEqualTo(expected);

        // The same samples in a frame: as vectors of what the files hold.
        List<Row> vectors = new ArrayList<>();
        for (int i = 0; i < ROWS; i++) {
            double[] values = new double[SIDE * SIDE];
            for (int j = 0; j < values.length; j++) {
                values[j] = sample(i)[j] & 0xFF;
            }
            vectors.add(RowFactory.create(i, Vectors.dense(values)));
        }
        var schema = new StructType().add("id", DataTypes.IntegerType).add("pixels", SQLDataTypes.VectorType());
        List<Row> fromVectors = LockstepModel.load(SPARK.session(), run.toString())
                .withFeatures("pixels")
                .transform(SPARK.session().createDataFrame(vectors, schema), List.of("id"))
                .orderBy("id")
                .collectAsList();
        for (int i = 0; i < ROWS; i++) {
            for (int j = 0; j < 3; j++) {
                assertThat(probability(fromVectors.get(i)).get(j))
                        .isCloseTo(expected.get(i).get(j), Offset.offset(1e-5f));
            }
        }
    }

    private static void picture(Path file, int number) throws IOException {
        Files.createDirectories(file.getParent());
        BufferedImage image = new BufferedImage(9, 8, BufferedImage.TYPE_INT_RGB);
        Random random = new Random(number);
        for (int i = 0; i < 72; i++) {
            image.setRGB(i % 9, i / 9, random.nextInt(1 << 24));
        }
        assertThat(ImageIO.write(image, "png", file.toFile())).isTrue();
    }

    @Test
    void picturesGetTheBitsOfPackedOnesAndUnreadableOnesAreNamed() throws IOException {
        Path directory = own.resolve("pictures");
        for (int i = 0; i < 12; i++) {
            picture(directory.resolve(List.of("ant", "bee", "cat").get(i / 4)).resolve(i % 4 + ".png"), i);
        }
        String data = "{format: image_folder, train: %s, test: %s, height: 6, width: 6, color_mode: rgb}"
                .formatted(directory, directory);
        Path run = UntrainedModel.write(SPARK.context(), PICTURES + data.indent(2), own.resolve("run"));
        Dataset<Row> scored = read(score(run, request(directory, InputFormat.IMAGES, 2), "scored"));
        assertThat(scored.columns()).containsExactly("path", "prediction", "predicted_class", "probability");
        assertThat(probabilities(scored.orderBy("path").collectAsList())).isEqualTo(packed(run));

        Files.writeString(directory.resolve("ant").resolve("none.png"), "no picture");
        assertRefused(
                ExitCode.DATA,
                () -> score(run, request(directory, InputFormat.IMAGES, 2), "refused"),
                "none.png: its content is no PNG, JPEG, BMP or GIF",
                "--on-bad-row null");
        assertThat(own.resolve("refused")).doesNotExist();
    }

    @Test
    void badRowsFailWithFileAndLineOrAreLeftEmpty() throws IOException {
        Path file = Files.writeString(
                own.resolve("bad.csv"), "id,a,b,kind\n1,0.5,2,red\n2,half,2,red\n3,1,1,violet\n4,1,1\n5,,7,\n");
        InputRequest failing =
                new InputRequest(file.toString(), InputFormat.CSV, List.of("id"), BadRows.FAIL, 256, null, null);
        assertRefused(
                ExitCode.DATA,
                () -> score(csvRun, failing, "refused"),
                "bad.csv line 3: column \"a\": \"half\" is not a number",
                "bad.csv line 4: column \"kind\": \"violet\" is no category",
                "bad.csv line 5: 3 columns, expected 4",
                "--on-bad-row null");
        InputRequest lenient = new InputRequest(
                file.toString(), InputFormat.CSV, List.of("id"), BadRows.NULL, 2, null, Probabilities.COLUMNS);
        List<Row> rows = byId(read(score(csvRun, lenient, "lenient")));
        assertThat(rows.get(0).schema().fieldNames())
                .containsExactly(
                        "id",
                        "prediction",
                        "predicted_class",
                        "probability_low",
                        "probability_middle",
                        "probability_top",
                        "problem");
        assertThat(rows).extracting(row -> row.isNullAt(1)).containsExactly(false, true, true, true, false);
        assertThat(rows.get(2).getString(6)).contains("violet");
        assertThat(rows.get(4).isNullAt(6)).isTrue();
        assertThat(printed.toString(StandardCharsets.UTF_8)).contains("3 rows could not be used");
    }

    @Test
    void csvHasAColumnForEachClass() throws IOException {
        Path written = score(csvRun, request(table, InputFormat.CSV, 1), "scored.csv");
        try (Stream<Path> files = Files.list(written)) {
            List<Path> parts = files.filter(
                            file -> file.getFileName().toString().startsWith("part-"))
                    .toList();
            assertThat(parts).hasSize(1);
            List<String> lines = Files.readAllLines(parts.get(0));
            assertThat(lines).hasSize(ROWS + 1);
            assertThat(lines.get(0))
                    .isEqualTo("id,a,b,kind,y,prediction,predicted_class,probability_low,probability_middle,"
                            + "probability_top");
        }
    }
}
