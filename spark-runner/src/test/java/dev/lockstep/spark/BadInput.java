package dev.lockstep.spark;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.cluster.storage.LeaseTiming;
import dev.lockstep.cluster.storage.RunDirectory;
import dev.lockstep.cluster.storage.RunLease;
import dev.lockstep.core.checksum.Sha256;
import dev.lockstep.core.data.IdxHeader;
import dev.lockstep.core.data.IdxWriter;
import dev.lockstep.core.logging.RecordedLog;
import dev.lockstep.spark.cli.LockstepCommand;
import dev.lockstep.spark.cli.RunCommands;
import dev.lockstep.spark.launch.ChildProcess;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.logging.log4j.Level;

/** Brings the cases of docs/errors.md about: every one by a small job in a folder of its own. */
final class BadInput {
    /** What a person sees: standard error, or the warnings of a run that goes on. */
    record Shown(int exitCode, String text) {}

    /** What is done wrong. */
    @FunctionalInterface
    private interface Case {
        Shown of(BadInput input) throws Exception;
    }

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

    private static final String GOOD = "a,b,y\n1,2,0\n3,4,1\n5,6,2\n7,8,0\n9,10,1\n";
    private static final String REGRESSION = "model.layers=[{dense: {units: 1}}]";

    private static final Map<String, Case> CASES = new LinkedHashMap<>();

    static {
        dataThatIsNotThere();
        cells();
        labels();
        shapes();
        settings();
        batches();
        savedModels();
        foreignModels();
        directories();
        runtime();
    }

    private final Path folder;

    BadInput(Path folder) {
        this.folder = folder;
    }

    static Set<String> numbers() {
        return CASES.keySet();
    }

    Shown of(String number) throws Exception {
        return Objects.requireNonNull(CASES.get(number), "no case " + number).of(this);
    }

    private static void dataThatIsNotThere() {
        CASES.put("1a", input -> input.train());
        CASES.put("1b", input -> input.train("data={format: idx, directory: FOLDER/mnist}"));
        CASES.put("2a", input -> {
            Files.createDirectory(input.folder.resolve("in.csv"));
            return input.train();
        });
        CASES.put("2b", input -> input.csv("a,b,y\n"));
    }

    private static void cells() {
        CASES.put("3", input -> input.csv("a,b,y\n1,2,0\n3,4\n5,6,7,1\n"));
        CASES.put("4", input -> input.csv("a,b,y\n1,2,0\nn/a,4,1\n"));
        CASES.put("5", input -> input.csv("a,b,y\n1,NaN,0\n3,4,1\n5,Infinity,1\n"));
    }

    private static void labels() {
        CASES.put("6", input -> input.csv("a,y\n1,0\n2,1\n3,5\n"));
        CASES.put("7", input -> input.csv("a,y\n1,1\n2,2\n3,3\n"));
        CASES.put("8a", input -> input.csv("a,y\n1,0\n2,0\n"));
        CASES.put("9", input -> input.csv("a,y\n1,0.5\n2,1.5\n", "training.loss=mse"));
        CASES.put("19a", input -> input.csv("a,y\n1,3\n2,0\n3,0\n", REGRESSION, "training.loss=mape"));
        CASES.put("19b", input -> input.csv("a,y\n1,3\n2,-2.5\n", REGRESSION, "training.loss=msle"));
    }

    private static void shapes() {
        CASES.put(
                "10a",
                input -> input.csv(
                        GOOD,
                        "model.layers=[{conv2d: {filters: 4, kernel_size: 3}}, flatten,"
                                + " {dense: {units: 3, activation: softmax}}]"));
        CASES.put(
                "10b",
                input -> input.csv(
                        GOOD, "model.layers=[{input: {shape: 784}}, {dense: {units: 3," + " activation: softmax}}]"));
        CASES.put("11a", input -> input.idx(60, 60, "train_images: labels.gz"));
        CASES.put("11b", input -> {
            input.writeIdx(60, 60);
            Path images = input.folder.resolve("images.gz");
            byte[] whole = Files.readAllBytes(images);
            Files.write(images, Arrays.copyOf(whole, whole.length / 2));
            return input.train(input.idxData("train_images: images.gz"));
        });
        CASES.put("12", input -> input.idx(60, 59, "train_images: images.gz"));
    }

    private static void settings() {
        CASES.put("16", input -> input.csv(GOOD, "training.optimizer.adam.learningrate=0.1"));
        CASES.put(
                "17",
                input -> input.csv(
                        GOOD,
                        "data.validation.split=1.2",
                        "training.batch_size=0",
                        "model.layers=[{dropout: {rate: 1}}, {dense: {units: 3, activation: softmax}}]"));
        CASES.put("18", input -> input.csv(GOOD, "training.loss=binary_crossentropy"));
    }

    private static void batches() {
        CASES.put("20a", input -> input.warnings(GOOD, "training.batch_size=32"));
        CASES.put(
                "20b",
                input -> input.csv(
                        GOOD,
                        "training.batch_size=1",
                        "model.layers=[batch_normalization, {dense: {units: 3, activation: softmax}}]"));
        CASES.put("21a", input -> input.warnings(GOOD, "training.batch_size=5", "cluster.workers=8"));
        CASES.put("21b", input -> input.csv(GOOD, "cluster.workers=8", "cluster.master=local[2]"));
    }

    private static void foreignModels() {
        CASES.put("22d", input -> {
            input.trained();
            Files.move(input.folder.resolve("run"), input.folder.resolve("base"));
            return input.train("model.initial_weights=FOLDER/base", "model.layers.0.dense.units=4");
        });
        CASES.put("23a", input -> input.zip("../../x"));
        CASES.put("23b", input -> input.zip("preprocessor.bin"));
    }

    private Shown zip(String entry) throws IOException {
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(folder.resolve("model.zip")))) {
            zip.putNextEntry(new ZipEntry(entry));
        }
        return lockstep("import", "FOLDER/model.zip", "--output", "FOLDER/imported");
    }

    private static void savedModels() {
        CASES.put("22a", input -> {
            input.trained();
            return input.csv(GOOD, "model.layers.0.dense.units=4");
        });
        CASES.put("22b", input -> {
            input.trained();
            Path manifest = input.folder.resolve("run/model/manifest.json");
            ObjectMapper mapper = new ObjectMapper();
            ObjectNode tree = (ObjectNode) mapper.readTree(manifest.toFile());
            tree.remove("manifest_sha256");
            tree.put("format_version", 3);
            tree.put("manifest_sha256", Sha256.of(mapper.writeValueAsBytes(tree)));
            mapper.writeValue(manifest.toFile(), tree);
            return input.lockstep("inspect", "FOLDER/run");
        });
        CASES.put("22c", input -> {
            input.trained();
            Path parameters = input.folder.resolve("run/model/parameters.f32");
            Files.write(parameters, Arrays.copyOf(Files.readAllBytes(parameters), 20));
            return input.lockstep("inspect", "FOLDER/run");
        });
    }

    private static void directories() {
        CASES.put("24a", input -> {
            input.trained();
            return input.lockstep("train", "FOLDER/job.yaml", "--run-dir", "FOLDER/run", "--resume", "never");
        });
        CASES.put("24b", input -> {
            Files.writeString(input.folder.resolve("in.csv"), GOOD);
            RunDirectory run = RunDirectory.at(input.folder.resolve("run").toString(), new Configuration());
            try (RunLease owner = RunLease.acquire(run, LeaseTiming.DEFAULT, Duration.ZERO, waiting -> {})) {
                owner.assertHeld();
                return input.train();
            }
        });
        CASES.put("24c", input -> {
            Files.writeString(input.folder.resolve("run"), "a file");
            return input.csv(GOOD);
        });
    }

    private static void runtime() {
        CASES.put("25a", input -> input.refused(() -> RuntimeRequirements.requireSpark("4.0.0")));
        CASES.put("25b", input -> {
            Path bin = Files.createDirectory(input.folder.resolve("bin"));
            Path java = Files.writeString(bin.resolve("java"), "#!/bin/sh\necho 'openjdk version \"11.0.2\"' >&2\n");
            Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-xr-x"));
            ChildProcess.Result result = ChildProcess.run(
                    List.of(
                            Path.of(System.getProperty("lockstep.root"), "scripts", "lockstep")
                                    .toString(),
                            "--version"),
                    input.folder,
                    Map.of("JAVA_HOME", input.folder.toString()),
                    Duration.ofSeconds(30));
            return new Shown(result.exitCode(), input.neutral(result.errors()));
        });
        CASES.put("25c", input -> input.refused(() -> RuntimeRequirements.requirePlatform("Linux", "aarch64")));
    }

    /** What the process is, and what cannot be changed for a test, as the command line shows it. */
    private Shown refused(Runnable requirement) {
        return execute(
                () -> {
                    requirement.run();
                    return new SparkRunCommands();
                },
                "inspect",
                folder.toString());
    }

    private Shown lockstep(String... arguments) {
        return execute(SparkRunCommands::new, arguments);
    }

    private Shown execute(Supplier<RunCommands> engine, String... arguments) {
        StringWriter errors = new StringWriter();
        int exitCode = LockstepCommand.execute(
                engine,
                new PrintWriter(new StringWriter(), true),
                new PrintWriter(errors, true),
                Stream.of(arguments).map(this::inFolder).toArray(String[]::new));
        return new Shown(exitCode, neutral(errors.toString()));
    }

    private Shown train(String... overrides) throws IOException {
        Files.writeString(folder.resolve("job.yaml"), inFolder(JOB));
        List<String> arguments = new ArrayList<>(List.of("train", "FOLDER/job.yaml", "--run-dir", "FOLDER/run"));
        for (String override : overrides) {
            arguments.addAll(List.of("--set", override));
        }
        return lockstep(arguments.toArray(String[]::new));
    }

    private Shown csv(String content, String... overrides) throws IOException {
        Files.writeString(folder.resolve("in.csv"), content);
        return train(overrides);
    }

    private Shown warnings(String content, String... overrides) throws IOException {
        try (RecordedLog log = new RecordedLog("dev.lockstep", Level.WARN)) {
            Shown shown = csv(content, overrides);
            return new Shown(shown.exitCode(), String.join("\n", log.messages()) + shown.text());
        }
    }

    private void trained() throws IOException {
        Shown shown = csv(GOOD);
        if (shown.exitCode() != 0) {
            throw new AssertionError(shown);
        }
    }

    private Shown idx(int images, int labels, String trainImages) throws IOException {
        writeIdx(images, labels);
        return train(idxData(trainImages));
    }

    private static String idxData(String trainImages) {
        return "data={format: idx, directory: FOLDER, " + trainImages + ", train_labels: labels.gz, test_images: none}";
    }

    private void writeIdx(int images, int labels) throws IOException {
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

    private String inFolder(String text) {
        return text.replace("FOLDER", folder.toString());
    }

    /** What differs from machine to machine and from minute to minute has a name of its own on the page. */
    private String neutral(String text) {
        return text.strip()
                .replace(folder.toString(), "/data")
                .replace("user " + System.getProperty("user.name"), "user USER")
                .replaceAll("host [^ ,)]+", "host HOST")
                .replaceAll("pid \\d+", "pid PID")
                .replaceAll("\\b\\d+ s\\b", "N s");
    }
}
