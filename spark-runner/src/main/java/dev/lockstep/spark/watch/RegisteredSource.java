package dev.lockstep.spark.watch;

import org.apache.spark.SparkEnv;
import org.apache.spark.metrics.source.Source;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Figures in the metrics system of this process's Spark, whoever started it, until they are taken out again. */
final class RegisteredSource implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RegisteredSource.class);

    private final Source source;
    private final @Nullable SparkEnv environment;

    private RegisteredSource(Source source, @Nullable SparkEnv environment) {
        this.source = source;
        this.environment = environment;
    }

    /** Figures that nobody can see are no reason to fail: a Spark that does not take them is left without. */
    static RegisteredSource register(Source source) {
        try {
            SparkEnv environment = SparkEnv.get();
            environment.metricsSystem().registerSource(source);
            return new RegisteredSource(source, environment);
        } catch (RuntimeException | LinkageError e) {
            LOG.warn("Spark's metrics system does not take the run's metrics: {}", e.toString());
            return new RegisteredSource(source, null);
        }
    }

    @Override
    public void close() {
        if (environment != null) {
            try {
                environment.metricsSystem().removeSource(source);
            } catch (RuntimeException | LinkageError e) {
                LOG.debug("The metrics could not be taken out of Spark's metrics system", e);
            }
        }
    }
}
