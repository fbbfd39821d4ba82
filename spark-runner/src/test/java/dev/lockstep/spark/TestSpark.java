package dev.lockstep.spark;

import dev.lockstep.core.config.JobConfig;
import dev.lockstep.core.config.JobFile;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;

/** Spark as a run starts it: the same settings, with Kryo's registration required. */
public final class TestSpark {
    private TestSpark() {}

    /** A context of a local master. */
    public static JavaSparkContext start(String master) {
        SparkConf configuration = SparkContexts.configure(job("digits"), master, OptionalInt.empty());
        if (!configuration.getBoolean("spark.kryo.registrationRequired", false)) {
            throw new AssertionError("the tests would not see a class that is not registered with Kryo");
        }
        return new JavaSparkContext(configuration);
    }

    /** A small classifier for 28x28 images, two epochs of a few steps. */
    static String digitsYaml() {
        return """
                name: tiny
                seed: 7
                data: {format: digits, train_samples: 600, test_samples: 200, scale: 255}
                model:
                  layers:
                    - flatten
                    - dense: {units: 10, activation: softmax}
                training:
                  loss: sparse_categorical_crossentropy
                  optimizer: adam
                  batch_size: 60
                  epochs: 2
                  metrics: [accuracy]
                cluster: {workers: 2}
                checkpoint: {every: 5 steps}
                """;
    }

    static JobConfig job(String name) {
        return JobFile.read(digitsYaml().replace("name: tiny", "name: " + name), name, List.of(), Map.of());
    }
}
