package dev.lockstep.spark;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.cluster.storage.LeaseTiming;
import dev.lockstep.cluster.storage.RunDirectory;
import dev.lockstep.cluster.storage.RunLease;
import dev.lockstep.core.checksum.Sha256;
import dev.lockstep.spark.BadInputFolder.Shown;
import dev.lockstep.spark.launch.ChildProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;

/** The mistakes of docs/errors.md, by the numbers of the page. */
final class BadInput {
    /** What is done wrong. */
    @FunctionalInterface
    private interface Case {
        Shown of(BadInputFolder input) throws Exception;
    }

    static final String GOOD = "a,b,y\n1,2,0\n3,4,1\n5,6,2\n7,8,0\n9,10,1\n";
    private static final String REGRESSION = "model.layers=[{dense: {units: 1}}]";

    private static final Map<String, Case> CASES = new LinkedHashMap<>();

    static {
        dataThatIsNotThere();
        cells();
        labels();
        shapes();
        pictures();
        frames();
        settings();
        batches();
        savedModels();
        otherModels();
        directories();
        runtime();
    }

    private BadInput() {}

    static Set<String> numbers() {
        return CASES.keySet();
    }

    /** Brings a case about in an empty folder. */
    static Shown in(Path folder, String number) throws Exception {
        return Objects.requireNonNull(CASES.get(number), "no case " + number).of(new BadInputFolder(folder));
    }

    private static void dataThatIsNotThere() {
        CASES.put("1a", input -> input.train());
        CASES.put("1b", input -> input.train("data={format: idx, directory: FOLDER/mnist}"));
        CASES.put("2a", input -> {
            Files.createDirectory(input.folder().resolve("in.csv"));
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
        CASES.put(
                "8b",
                input -> input.warnings(
                        "a,b,y\n1,2,0\n3,4,2\n5,6,1\n7,8,1\n9,10,1\n",
                        "data.validation={split: 0.4, method: sequential}"));
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
            Path images = input.folder().resolve("images.gz");
            byte[] whole = Files.readAllBytes(images);
            Files.write(images, Arrays.copyOf(whole, whole.length / 2));
            return input.train(BadInputFolder.idxData("train_images: images.gz"));
        });
        CASES.put("12", input -> input.idx(60, 59, "train_images: images.gz"));
    }

    private static void pictures() {
        CASES.put("13a", input -> input.pictures("fail"));
        CASES.put("13b", input -> input.pictures("skip"));
    }

    private static void frames() {
        CASES.put("14a", input -> input.parquet("label: c"));
        CASES.put("14b", input -> input.parquet("label: b, ignore: []"));
        CASES.put("15", input -> input.parquet("label: b, ignore: [words]"));
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
        CASES.put(
                "20c",
                input -> input.csv(
                        GOOD, "model.layers=[{dense: {units: 2000000000}}, {dense: {units: 3, activation: softmax}}]"));
        CASES.put("20d", input -> input.csv(GOOD, "training.batch_size=2147483647"));
        CASES.put("21a", input -> input.warnings(GOOD, "training.batch_size=5", "cluster.workers=8"));
        CASES.put("21b", input -> input.csv(GOOD, "cluster.workers=8", "cluster.master=local[2]"));
    }

    private static void savedModels() {
        CASES.put("22a", input -> {
            input.trained();
            return input.csv(GOOD, "model.layers.0.dense.units=4");
        });
        CASES.put("22b", input -> {
            input.trained();
            Path manifest = input.folder().resolve("run/model/manifest.json");
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
            Path parameters = input.folder().resolve("run/model/parameters.f32");
            Files.write(parameters, Arrays.copyOf(Files.readAllBytes(parameters), 20));
            return input.lockstep("inspect", "FOLDER/run");
        });
    }

    private static void otherModels() {
        CASES.put("22d", input -> {
            input.trained();
            Files.move(input.folder().resolve("run"), input.folder().resolve("base"));
            return input.csv(GOOD, "model.layers.0.dense.units=4", "model.initial_weights=FOLDER/base");
        });
        CASES.put("23a", input -> input.archive("../../x", 10));
        CASES.put("23b", input -> input.archive("preprocessor.bin", 10));
        CASES.put("23c", input -> input.archive("configuration.json", 1 << 25));
    }

    private static void directories() {
        CASES.put("24a", input -> {
            input.trained();
            return input.lockstep("train", "FOLDER/job.yaml", "--run-dir", "FOLDER/run", "--resume", "never");
        });
        CASES.put("24b", input -> {
            Files.writeString(input.folder().resolve("in.csv"), GOOD);
            RunDirectory run = RunDirectory.at(input.folder().resolve("run").toString(), new Configuration());
            try (RunLease owner = RunLease.acquire(run, LeaseTiming.DEFAULT, Duration.ZERO, waiting -> {})) {
                owner.assertHeld();
                return input.train();
            }
        });
        CASES.put("24c", input -> {
            Files.writeString(input.folder().resolve("run"), "a file");
            return input.csv(GOOD);
        });
    }

    private static void runtime() {
        CASES.put("25a", input -> input.refused(() -> RuntimeRequirements.requireSpark("4.0.0")));
        CASES.put("25b", input -> {
            Path bin = Files.createDirectory(input.folder().resolve("bin"));
            Path java = Files.writeString(bin.resolve("java"), "#!/bin/sh\necho 'openjdk version \"11.0.2\"' >&2\n");
            Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-xr-x"));
            ChildProcess.Result result = ChildProcess.run(
                    List.of(
                            Path.of(System.getProperty("lockstep.root"), "scripts", "lockstep")
                                    .toString(),
                            "--version"),
                    input.folder(),
                    Map.of("JAVA_HOME", input.folder().toString()),
                    Duration.ofSeconds(30));
            return new Shown(result.exitCode(), input.neutral(result.errors()));
        });
        CASES.put("25c", input -> input.refused(() -> RuntimeRequirements.requirePlatform("Linux", "aarch64")));
    }
}
