package dev.lockstep.spark;

import org.apache.spark.SparkConf;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Settings of a session that somebody else made: they are read and warned about, never changed. */
final class ForeignSession {
    private static final Logger LOG = LoggerFactory.getLogger(ForeignSession.class);
    private static final String TASK_FAILURES = "spark.task.maxFailures";
    private static final int ENOUGH_FAILURES = 100;

    private ForeignSession() {}

    /** Tells what of the settings is in the way of a long training. */
    static void warn(SparkConf session) {
        for (String setting : new String[] {"spark.speculation", "spark.excludeOnFailure.enabled"}) {
            if (session.getBoolean(setting, false)) {
                LOG.warn(
                        "{} is true in this session: a worker is one long task, which must run once, and again where"
                                + " it was lost; set it to false",
                        setting);
            }
        }
        // In local mode Spark starts no task again, whatever is set.
        if (!WorkerCount.isLocal(session.get("spark.master")) && session.getInt(TASK_FAILURES, 4) < ENOUGH_FAILURES) {
            LOG.info(
                    "{} is {} in this session: a worker that is lost so often ends the attempt, and another one begins"
                            + " from the last checkpoint; 1000 is what Lockstep sets in a session of its own",
                    TASK_FAILURES,
                    session.getInt(TASK_FAILURES, 4));
        }
    }
}
