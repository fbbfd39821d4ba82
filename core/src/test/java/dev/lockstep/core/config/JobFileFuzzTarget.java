package dev.lockstep.core.config;

import dev.lockstep.core.fuzz.FuzzTarget;
import dev.lockstep.core.schema.RecordSchema;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** A job file, and behind NUL characters the arguments of {@code --set}. */
public final class JobFileFuzzTarget implements FuzzTarget {
    private static final String SMALL =
            """
            name: small
            seed: 7
            data: {format: idx, directory: "${DATA:-/data}", validation: {split: 0.1}}
            model:
              layers:
                - flatten
                - dense: &hidden {units: 128, activation: relu, kernel_regularizer: {l2: 0.0001}}
                - dropout: {rate: 0.2}
                - dense: {units: 10, activation: softmax}
            training:
              loss: sparse_categorical_crossentropy
              optimizer: {adam: {learning_rate: 0.001}}
              batch_size: 64
              epochs: 3
              metrics: [accuracy]
              early_stopping: {patience: 2}
            cluster: {workers: 2, spark: {spark.some.key: "1"}}
            checkpoint: {keep: 2}
            """;
    private static final String IMAGES =
            """
            name: images
            data:
              format: images
              directory: /pictures
              image_size: [32, 48]
              validation: {folds: 4, fold: 1}
            model:
              layers:
                - conv2d: {filters: 8, kernel_size: 3, strides: [2, 1], padding: same, activation: relu}
                - batch_normalization
                - max_pooling2d: {pool_size: 2}
                - flatten
                - dense: {units: 3, activation: softmax}
            training:
              loss: categorical_crossentropy
              optimizer: {sgd: {learning_rate: 0x1, momentum: 0.9}}
              sync: {parameter_averaging: {every: 8}}
              batch_size: 32
              augmentation: [{random_rotation: {factor: 0.1}}]
            """;

    @Override
    public String name() {
        return "job-file";
    }

    @Override
    public List<byte[]> seeds() {
        List<byte[]> seeds = new ArrayList<>();
        for (String text : new String[] {
            SMALL,
            SMALL + "\0training.epochs=5\0model.layers.1.dense.units=32\0training.optimizer.sgd.momentum=0.5",
            JobFile.toJson(JobFile.read(SMALL, "small", List.of(), Map.of())).toString(),
            JobFile.toYaml(JobFile.read(SMALL, "small", List.of(), Map.of()))
        }) {
            seeds.add(text.getBytes(StandardCharsets.UTF_8));
        }
        return seeds;
    }

    @Override
    public void read(byte[] input) {
        String[] texts = new String(input, StandardCharsets.UTF_8).split("\0", -1);
        List<String> overrides = Arrays.asList(texts).subList(1, Math.min(texts.length, 20));
        JobConfig job = JobFile.read(texts[0], "job.yaml", overrides, Map.of("DATA", "/d", "EMPTY", ""));
        String yaml = JobFile.toYaml(job);
        if (!JobFile.read(yaml, "again", List.of(), Map.of()).equals(job)
                || !JobFile.fromJson(JobFile.toJson(job).toString()).equals(job)) {
            throw new AssertionError("reads back as another job: " + yaml);
        }
        JobFile.toRedactedYaml(job);
    }

    /**
     * Every default is YAML that is read anew, and what was meant by an unknown key is looked for everywhere; a key of
     * four characters is two events, two nodes and an entry.
     */
    @Override
    public long mostAllocatedBytes(int inputBytes) {
        return (256L << 20) + 1_024L * inputBytes;
    }

    @Override
    public List<String> words() {
        List<String> words = new ArrayList<>(List.of(
                "${",
                "${DATA}",
                "${NO:-x}",
                "$${",
                "&a ",
                "*a",
                "*hidden",
                "<<: ",
                "- ",
                "? ",
                ": ",
                "!!str ",
                "!x ",
                "|\n ",
                "0x",
                "0o7",
                ".inf",
                ".nan",
                "1e9999999",
                "%YAML 1.2\n---\n",
                "\\U0010FFFF",
                "[[[[[[[[",
                "{a: {a: {a: "));
        RecordSchema.of(JobConfig.class).keys().forEach(key -> words.add(key + ": "));
        words.add(IMAGES);
        return words;
    }
}
