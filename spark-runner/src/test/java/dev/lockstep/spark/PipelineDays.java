package dev.lockstep.spark;

import dev.lockstep.core.data.IdxDays;
import dev.lockstep.core.data.IdxHeader;
import dev.lockstep.core.data.IdxWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.Random;
import java.util.Set;

/** Small pictures that a small network tells apart, laid out as three days of which the second is spoiled. */
final class PipelineDays {
    static final String FIRST = "2026-01-01";
    static final String SPOILED = "2026-01-02";
    static final String LAST = "2026-01-03";

    private static final int SIDE = 8;
    private static final int CLASSES = 4;

    private PipelineDays() {}

    /** Writes data, job and pipeline file; gives the latter. */
    static Path write(Path folder, int samplesOfADay, String jobChanges) throws IOException {
        Path all = Files.createDirectories(folder.resolve("all"));
        write(all, "train", 3 * samplesOfADay, 1);
        write(all, "t10k", 200, 2);
        new IdxDays(all, LocalDate.parse(FIRST), 3, Set.of(LocalDate.parse(SPOILED))).write(folder.resolve("days"));
        Files.writeString(
                folder.resolve("job.yaml"),
                """
                name: small
                seed: 7
                data: {format: idx, directory: nowhere, test_images: none, scale: 255}
                model:
                  layers:
                    - flatten
                    - dense: {units: 8, activation: relu}
                    - dense: {units: 4, activation: softmax}
                training:
                  loss: sparse_categorical_crossentropy
                  optimizer: {adam: {learning_rate: 0.01}}
                  batch_size: 20
                  epochs: 3
                  metrics: [accuracy]
                cluster: {workers: 2}
                checkpoint: {every: 20 steps}
                """
                        + jobChanges);
        return Files.writeString(
                folder.resolve("pipeline.yaml"),
                """
                name: small
                job: ROOT/job.yaml
                directory: ROOT/pipeline
                models: ROOT/models
                data: {path: 'ROOT/days/{date}', wait_minutes: 0}
                train:
                  start: current
                  set: ['data.directory={data}']
                evaluate:
                  set:
                    - data.directory=ROOT/all
                    - data.test_images=t10k-images-idx3-ubyte.gz
                gate:
                  - {figure: accuracy, at_least: 0.8, no_worse_by: 0.05}
                hooks: {success: 'echo $LOCKSTEP_VERSION >> ROOT/told.txt'}
                """
                        .replace("ROOT", folder.toString()));
    }

    private static void write(Path folder, String name, int samples, long seed) throws IOException {
        Random random = new Random(seed);
        byte[] pixels = new byte[samples * SIDE * SIDE];
        byte[] labels = new byte[samples];
        for (int sample = 0; sample < samples; sample++) {
            labels[sample] = (byte) random.nextInt(CLASSES);
            for (int pixel = 0; pixel < SIDE * SIDE; pixel++) {
                boolean bright = pixel / (SIDE * SIDE / CLASSES) == labels[sample];
                pixels[sample * SIDE * SIDE + pixel] = (byte) (random.nextInt(100) + (bright ? 120 : 0));
            }
        }
        write(folder.resolve(name + "-images-idx3-ubyte.gz"), IdxHeader.images(samples, SIDE, SIDE), pixels);
        write(folder.resolve(name + "-labels-idx1-ubyte.gz"), IdxHeader.labels(samples), labels);
    }

    private static void write(Path file, IdxHeader header, byte[] values) throws IOException {
        try (IdxWriter writer = new IdxWriter(Files.newOutputStream(file), header)) {
            writer.write(values, 0, values.length);
            writer.finish();
        }
    }
}
