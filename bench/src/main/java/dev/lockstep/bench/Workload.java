package dev.lockstep.bench;

import dev.lockstep.core.config.JobConfig;
import dev.lockstep.core.config.JobFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** What the contenders train: a network, its batch size, and how much of the data. */
public enum Workload {
    /** 784-128-64-10, 128 samples a step: 109,386 parameters. */
    MLP("A", "mlp.yaml", 128, 12_800, 51_200),
    /** Convolutions of 20 and 50 filters of 5 x 5, each pooled, 500 units: 64 samples a step, 431,080 parameters. */
    CNN("B", "cnn.yaml", 64, 1_280, 1_280);

    private static final String DATA_VARIABLE = "BENCHMARK_DATA";

    private final String letter;
    private final String resource;
    private final int batchSize;
    private final int samples;
    private final int epochSamples;

    Workload(String letter, String resource, int batchSize, int samples, int epochSamples) {
        this.letter = letter;
        this.resource = resource;
        this.batchSize = batchSize;
        this.samples = samples;
        this.epochSamples = epochSamples;
    }

    /** What tables call it. */
    public String letter() {
        return letter;
    }

    /** Samples a step of one worker. */
    public int batchSize() {
        return batchSize;
    }

    /** Samples that rivals hold in memory and train again and again: whole batches, 40 MB of model A. */
    public int samples() {
        return samples;
    }

    /** Samples of Lockstep's epochs, with one worker or two: a few tenths of a second, 40 MB of model A as bytes. */
    public int epochSamples() {
        return epochSamples;
    }

    /** The job file. */
    public String jobText() {
        try (InputStream stream = Workload.class.getResourceAsStream(resource)) {
            if (stream == null) {
                throw new IllegalStateException(resource + " is not beside " + Workload.class);
            }
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * The job, read.
     *
     * @param data where the IDX files are
     * @param overrides {@code key=value}
     * @throws dev.lockstep.core.error.LockstepException when this version of Lockstep does not know a layer of it
     */
    public JobConfig job(Path data, List<String> overrides) {
        return JobFile.read(jobText(), resource, overrides, variables(data));
    }

    /** The variables that the job file needs. */
    public static Map<String, String> variables(Path data) {
        return Map.of(DATA_VARIABLE, data.toString());
    }
}
