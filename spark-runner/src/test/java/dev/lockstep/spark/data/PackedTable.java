package dev.lockstep.spark.data;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.lockstep.core.config.JobConfig;
import dev.lockstep.core.config.JobFile;
import dev.lockstep.core.data.DataSpec;
import dev.lockstep.core.data.PackedManifest;
import dev.lockstep.core.error.LockstepException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * A table that was packed as a job says.
 *
 * @param directory of the packed samples
 * @param data what was prepared
 */
record PackedTable(org.apache.hadoop.fs.Path directory, PreparedData data) {
    private static final String JOB =
            """
            name: table
            model: {layers: [dense: {units: 3, activation: softmax}]}
            training: {loss: sparse_categorical_crossentropy, optimizer: sgd, batch_size: 2, epochs: 1}
            seed: 5
            data:
            """;

    /** The data of a job, given as YAML below {@code data}. */
    static DataSpec spec(String yaml) {
        return job(yaml).data();
    }

    static JobConfig job(String yaml) {
        return JobFile.read(JOB + yaml.indent(2), "job.yaml", List.of(), Map.of());
    }

    static PackedTable pack(JavaSparkContext spark, Path directory, String yaml) {
        org.apache.hadoop.fs.Path target = new org.apache.hadoop.fs.Path(directory.toUri());
        return new PackedTable(
                target, PreparedData.prepare(spark, spec(yaml), job(yaml).seed(), target, 2, true));
    }

    /** Why a table is refused. */
    static LockstepException refusal(JavaSparkContext spark, Path directory, String yaml) {
        return Objects.requireNonNull(
                catchThrowableOfType(LockstepException.class, () -> pack(spark, directory, yaml)), "was not refused");
    }

    PackedManifest train() {
        return data.train();
    }

    /** The packed training samples, the labels last. */
    List<List<Float>> rows() {
        return PackedCopy.rows(directory, DatasetRole.TRAIN, data.train());
    }

    /** The packed test samples. */
    List<List<Float>> testRows() {
        return PackedCopy.rows(directory, DatasetRole.TEST, Objects.requireNonNull(data.test()));
    }
}
