package dev.lockstep.spark.doctor;

import dev.lockstep.core.config.JobConfig;
import java.util.OptionalInt;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.jspecify.annotations.Nullable;

/**
 * What is examined.
 *
 * @param job as read; a small one of its own where none was given or the one given cannot be read
 * @param jobGiven whether the job is the user's
 * @param configuration of the session that a run would start, with its master
 * @param local whether all workers would be in this process
 * @param slots tasks that can run at once as configured; empty where the configuration does not say
 * @param asked for by the job or the command line; empty for as many as there are slots
 * @param location of the run directory; null where neither a job nor {@code --run-dir} names one
 * @param hadoop the configuration of the file systems
 * @param sessions where a Spark session comes from
 */
public record Subject(
        JobConfig job,
        boolean jobGiven,
        SparkConf configuration,
        boolean local,
        OptionalInt slots,
        OptionalInt asked,
        @Nullable String location,
        Configuration hadoop,
        Sessions sessions) {
    /** Workers that a run would have, as far as the configuration says; at least one. */
    int workers() {
        return asked.isPresent() ? asked.getAsInt() : Math.max(1, slots.orElse(1));
    }

    String master() {
        return configuration.get("spark.master");
    }
}
