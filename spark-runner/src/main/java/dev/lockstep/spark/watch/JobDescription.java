package dev.lockstep.spark.watch;

import dev.lockstep.core.config.KeptJob;
import java.util.function.Supplier;
import org.apache.spark.api.java.JavaSparkContext;

/** What Spark's pages and its event log say a job is for, in place of the line of code that started it. */
public final class JobDescription {
    private static final String PROPERTY = "spark.job.description";

    private JobDescription() {}

    /**
     * Describes the jobs that this thread, and those it starts, begin meanwhile.
     *
     * @param what for, such as "packing the samples"
     */
    public static <T> T during(JavaSparkContext spark, String what, Supplier<T> work) {
        String before = spark.getLocalProperty(PROPERTY);
        spark.setLocalProperty(PROPERTY, KeptJob.masked("Lockstep: " + what));
        try {
            return work.get();
        } finally {
            // The session may be somebody else's.
            spark.setLocalProperty(PROPERTY, before);
        }
    }
}
