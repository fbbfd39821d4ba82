package dev.lockstep.spark.submit;

import dev.lockstep.core.config.JobConfig;
import dev.lockstep.core.config.JobFile;
import dev.lockstep.spark.cli.DeployMode;
import dev.lockstep.spark.cli.ResumePolicy;
import dev.lockstep.spark.cli.SubmitRequest;
import dev.lockstep.spark.cli.TrainRequest;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Command lines and jobs for the tests. */
final class Requests {
    static final String SECRET = "Tr0ub4dor-and-3";

    private static final String JOB =
            """
            name: small
            data: {format: digits}
            model: {layers: [flatten, dense: {units: 10, activation: softmax}]}
            training: {loss: sparse_categorical_crossentropy, optimizer: adam, batch_size: 32, epochs: 1}
            cluster:
              spark:
                spark.driver.memory: 3g
                spark.executor.memory: 2g
                spark.yarn.tags: nightly
                spark.driver.extraJavaOptions: -Dstore.password=${STORE_PASSWORD}
                spark.hadoop.fs.s3a.secret.key: ${STORE_PASSWORD}
            """;

    private Requests() {}

    static JobConfig job(String... overrides) {
        return JobFile.read(JOB, "job.yaml", List.of(overrides), Map.of("STORE_PASSWORD", SECRET));
    }

    static SubmitRequest request(
            DeployMode mode, @Nullable String master, @Nullable String runDirectory, String... settings) {
        TrainRequest train = new TrainRequest(
                "job.yaml", runDirectory, master, 3, ResumePolicy.AUTO, true, List.of("training.epochs=2"), false);
        return new SubmitRequest(train, mode, List.of("--num-executors", "4"), List.of(settings), null);
    }
}
