package dev.lockstep.spark;

import dev.lockstep.core.config.JobConfig;
import dev.lockstep.core.sync.Dl4jSparkSync;
import dev.lockstep.spark.dl4j.Dl4jKryoRegistrator;
import dev.lockstep.spark.launch.SparkHome;
import java.util.Map;
import java.util.OptionalInt;
import org.apache.spark.SparkConf;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The Spark settings of a session that Lockstep owns. What the user set, in the job or for spark-submit, stays. */
final class SparkContexts {
    private static final Logger LOG = LoggerFactory.getLogger(SparkContexts.class);

    /** Lockstep's own restart budget governs: a lost executor must not exhaust Spark's first. */
    private static final String TASK_FAILURES = "1000";

    private SparkContexts() {}

    /**
     * The configuration of a run.
     *
     * @param masterOption of the command line, or null
     */
    static SparkConf configure(JobConfig job, @Nullable String masterOption, OptionalInt workers) {
        SparkConf configuration = new SparkConf();
        job.cluster().spark().forEach(configuration::set);
        String master = master(job, masterOption, workers, configuration);
        configuration.setMaster(master);
        configuration.setIfMissing("spark.app.name", "lockstep " + job.name());
        WorkerCount.executorsFor(workers, master, configuration)
                .ifPresent(
                        executors -> configuration.setIfMissing("spark.executor.instances", String.valueOf(executors)));
        Map<String, String> defaults = Map.of(
                "spark.serializer",
                "org.apache.spark.serializer.KryoSerializer",
                "spark.kryo.registrationRequired",
                "true",
                "spark.kryo.registrator",
                LockstepKryoRegistrator.class.getName(),
                "spark.task.maxFailures",
                TASK_FAILURES,
                "spark.executor.maxNumFailures",
                TASK_FAILURES,
                "spark.ui.showConsoleProgress",
                "false");
        if (job.cluster().sync() instanceof Dl4jSparkSync) {
            // Here Spark starts the tasks again, and one that always fails must come to an end.
            configuration.setIfMissing("spark.task.maxFailures", "4");
            configuration.setIfMissing(
                    "spark.kryo.registrator",
                    LockstepKryoRegistrator.class.getName() + "," + Dl4jKryoRegistrator.class.getName());
        }
        defaults.forEach(configuration::setIfMissing);
        SparkHome.executorSettings(System.getenv()).forEach(configuration::setIfMissing);
        if (!SparkHome.isStartedBySparkSubmit()) {
            SparkHome.settings(master, System.getenv()).forEach(configuration::setIfMissing);
        }
        // The same task twice would be two members of one rank.
        configuration.set("spark.speculation", "false");
        configuration.set("spark.excludeOnFailure.enabled", "false");
        if (WorkerCount.isLocal(master)) {
            configuration.setIfMissing("spark.ui.enabled", "false");
            configuration.setIfMissing("spark.driver.host", "localhost");
            configuration.setIfMissing("spark.driver.bindAddress", "127.0.0.1");
        }
        LOG.debug("Spark settings:\n{}", configuration.toDebugString());
        return configuration;
    }

    /** The command line comes before spark-submit, that before the job file, that before local mode. */
    private static String master(JobConfig job, @Nullable String option, OptionalInt workers, SparkConf configuration) {
        if (option != null) {
            return option;
        }
        String submitted = configuration.get("spark.master", "");
        if (!submitted.isEmpty()) {
            return submitted;
        }
        String inJob = job.cluster().master();
        if (inJob != null) {
            return inJob;
        }
        return "local[" + (workers.isPresent() ? String.valueOf(workers.getAsInt()) : "*") + "]";
    }
}
