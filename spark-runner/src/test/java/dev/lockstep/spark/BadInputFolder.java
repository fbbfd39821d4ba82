package dev.lockstep.spark;

import dev.lockstep.core.data.IdxHeader;
import dev.lockstep.core.data.IdxWriter;
import dev.lockstep.core.logging.RecordedLog;
import dev.lockstep.spark.cli.LockstepCommand;
import dev.lockstep.spark.cli.RunCommands;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.imageio.ImageIO;
import org.apache.logging.log4j.Level;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** Small jobs with something wrong, in a folder of their own, and what the command line shows of them. */
record BadInputFolder(Path folder) {
    /** What a person sees: standard error, or the warnings of a run that goes on. */
    record Shown(int exitCode, String text) {}

    private static final String JOB =
            """
            name: bad
            data: {format: csv, train: FOLDER/in.csv, label: y}
            model:
              layers:
                - dense: {units: 3, activation: softmax}
            training:
              loss: sparse_categorical_crossentropy
              batch_size: 2
            cluster: {workers: 1}
            """;

    /** What the process is, and what cannot be changed for a test, as the command line shows it. */
    Shown refused(Runnable requirement) {
        return execute(
                () -> {
                    requirement.run();
                    return new SparkRunCommands();
                },
                "inspect",
                folder.toString());
    }

    Shown lockstep(String... arguments) {
        return execute(SparkRunCommands::new, arguments);
    }

    Shown execute(Supplier<RunCommands> engine, String... arguments) {
        StringWriter errors = new StringWriter();
        int exitCode = LockstepCommand.execute(
                engine,
                new PrintWriter(new StringWriter(), true),
                new PrintWriter(errors, true),
                Stream.of(arguments).map(this::inFolder).toArray(String[]::new));
        return new Shown(exitCode, neutral(errors.toString()));
    }

    Shown train(String... overrides) throws IOException {
        Files.writeString(folder.resolve("job.yaml"), inFolder(JOB));
        List<String> arguments = new ArrayList<>(List.of("train", "FOLDER/job.yaml", "--run-dir", "FOLDER/run"));
        for (String override : overrides) {
            arguments.addAll(List.of("--set", override));
        }
        return lockstep(arguments.toArray(String[]::new));
    }

    Shown csv(String content, String... overrides) throws IOException {
        Files.writeString(folder.resolve("in.csv"), content);
        return train(overrides);
    }

    Shown warnings(String content, String... overrides) throws IOException {
        return warningsOf(() -> csv(content, overrides));
    }

    private interface Training {
        Shown run() throws IOException;
    }

    Shown warningsOf(Training training) throws IOException {
        try (RecordedLog log = new RecordedLog("dev.lockstep", Level.WARN)) {
            Shown shown = training.run();
            return new Shown(shown.exitCode(), neutral(String.join("\n", log.messages()) + shown.text()));
        }
    }

    void trained() throws IOException {
        Shown shown = csv(BadInput.GOOD);
        if (shown.exitCode() != 0) {
            throw new AssertionError(shown);
        }
    }

    Shown idx(int images, int labels, String trainImages) throws IOException {
        writeIdx(images, labels);
        return train(idxData(trainImages));
    }

    static String idxData(String trainImages) {
        return "data={format: idx, directory: FOLDER, " + trainImages + ", train_labels: labels.gz, test_images: none}";
    }

    void writeIdx(int images, int labels) throws IOException {
        write("images.gz", IdxHeader.images(images, 4, 4), new byte[images * 16]);
        byte[] classes = new byte[labels];
        for (int i = 0; i < labels; i++) {
            classes[i] = (byte) (i % 3);
        }
        write("labels.gz", IdxHeader.labels(labels), classes);
    }

    private void write(String name, IdxHeader header, byte[] values) throws IOException {
        try (IdxWriter writer = new IdxWriter(Files.newOutputStream(folder.resolve(name)), header)) {
            writer.write(values, 0, values.length);
            writer.finish();
        }
    }

    /** Three rows of columns a, words (lists of text) and b; the second row has no a. */
    Shown parquet(String settings) throws IOException {
        StructType schema = new StructType()
                .add("a", DataTypes.DoubleType)
                .add("words", DataTypes.createArrayType(DataTypes.StringType))
                .add("b", DataTypes.IntegerType);
        List<Row> rows = List.of(
                RowFactory.create(1.0, new String[] {"x"}, 0),
                RowFactory.create(null, new String[] {"y"}, 1),
                RowFactory.create(3.0, new String[] {"z"}, 2));
        Path written = folder.resolve("written");
        try (SparkSession session = SparkSession.builder()
                .master("local[1]")
                .config("spark.ui.enabled", false)
                .config("spark.driver.host", "localhost")
                .getOrCreate()) {
            session.createDataFrame(rows, schema).coalesce(1).write().parquet(written.toString());
        }
        try (Stream<Path> files = Files.list(written)) {
            Files.move(
                    files.filter(file -> file.toString().endsWith(".parquet"))
                            .findFirst()
                            .orElseThrow(),
                    folder.resolve("in.parquet"));
        }
        return train("data={format: parquet, train: FOLDER/in.parquet, " + settings + "}");
    }

    /** Two classes with two pictures each, one of them an empty file. */
    Shown pictures(String onUnreadable) throws IOException {
        BufferedImage image = new BufferedImage(4, 4, BufferedImage.TYPE_INT_RGB);
        for (String name : List.of("cats/a", "cats/b", "dogs/a", "dogs/b")) {
            Path picture = folder.resolve("pictures/" + name + ".png");
            Files.createDirectories(Objects.requireNonNull(picture.getParent()));
            ImageIO.write(image, "png", picture.toFile());
        }
        Files.write(folder.resolve("pictures/dogs/b.png"), new byte[0]);
        return warningsOf(() -> train(
                "data={format: image_folder, train: FOLDER/pictures, height: 4, width: 4," + " on_unreadable: "
                        + onUnreadable + "}",
                "model.layers=[flatten, {dense: {units: 2, activation: softmax}}]"));
    }

    /** A zip as DL4J writes them, with one entry. */
    Shown archive(String entry, int bytes) throws IOException {
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(folder.resolve("model.zip")))) {
            zip.putNextEntry(new ZipEntry(entry));
            zip.write(new byte[bytes]);
        }
        return lockstep("import", "FOLDER/model.zip", "--output", "FOLDER/imported");
    }

    private String inFolder(String text) {
        return text.replace("FOLDER", folder.toString());
    }

    /** What differs from machine to machine and from minute to minute has a name of its own on the page. */
    String neutral(String text) {
        return text.strip()
                .replace(folder.toString(), "/data")
                .replace("user " + System.getProperty("user.name"), "user USER")
                .replaceAll("host [^ ,)]+", "host HOST")
                .replaceAll("pid \\d+", "pid PID")
                .replaceAll("\\b\\d+ s\\b", "N s");
    }
}
