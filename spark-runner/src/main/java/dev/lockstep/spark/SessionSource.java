package dev.lockstep.spark;

import java.util.function.Function;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.jspecify.annotations.Nullable;

/** Where a command has its Spark context from. */
interface SessionSource {
    /** A context for each command, closed behind it. */
    SessionSource OWN = new SessionSource() {
        @Override
        public <T> T during(SparkConf configuration, Function<JavaSparkContext, T> use) {
            try (JavaSparkContext spark = SparkContexts.open(configuration)) {
                return use.apply(spark);
            }
        }
    };

    /** Lends a context of these settings. */
    <T> T during(SparkConf configuration, Function<JavaSparkContext, T> use);

    /**
     * One context for all commands of a process, opened with the settings of the first that needs it: a cluster in whose
     * container the driver runs takes the end of a context for the end of the application.
     */
    final class Shared implements SessionSource, AutoCloseable {
        private @Nullable JavaSparkContext spark;

        @Override
        public <T> T during(SparkConf configuration, Function<JavaSparkContext, T> use) {
            JavaSparkContext opened = spark;
            if (opened == null) {
                opened = SparkContexts.open(configuration);
                spark = opened;
            }
            return use.apply(opened);
        }

        @Override
        public void close() {
            if (spark != null) {
                spark.close();
            }
        }
    }
}
