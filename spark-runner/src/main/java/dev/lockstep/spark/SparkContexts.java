package dev.lockstep.spark;

import dev.lockstep.core.config.JobConfig;
import dev.lockstep.core.sync.Dl4jSparkSync;
import dev.lockstep.spark.dl4j.Dl4jKryoRegistrator;
import dev.lockstep.spark.launch.SparkHome;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Map;
import java.util.OptionalInt;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The Spark settings of a session that Lockstep owns. What the user set, in the job or for spark-submit, stays. */
final class SparkContexts {
    private static final Logger LOG = LoggerFactory.getLogger(SparkContexts.class);

    /** Lockstep's own restart budget governs: a lost executor must not exhaust Spark's first. */
    private static final String TASK_FAILURES = "1000";

    private static final String TASK_FAILURES_SETTING = "spark.task.maxFailures";
    private static final String UI = "spark.ui.enabled";
    private static final String UI_PORT = "spark.ui.port";
    private static final String DEFAULT_UI_PORT = "4040";
    private static final String PORT_RETRIES = "spark.port.maxRetries";
    private static final String DEFAULT_PORT_RETRIES = "16";
    private static final int HIGHEST_PORT = 65_535;
    /** More than Spark's own default hides: account keys, SAS tokens, user and password in a URI. Of keys and values. */
    private static final String SECRETS = "(?i)secret|password|passwd|passphrase|[._-]pwd\\b|token|credential"
            + "|access[._-]?key|account[._-]?key|private[._-]?key|api[._-]?key|[._-]sas([._-]|$)|[?&;]sig="
            + "|://[^/@\\s]*:[^/@\\s]*@";

    private static final String USER_AND_PASSWORD = "(?<=://)[^/@\\s]*:[^/@\\s]*(?=@)";

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
        // What Spark shows on its pages, writes to its event log, and says of the plans of queries.
        configuration.setIfMissing("spark.redaction.regex", SECRETS);
        configuration.setIfMissing("spark.redaction.string.regex", USER_AND_PASSWORD);
        Map<String, String> defaults = Map.of(
                "spark.serializer",
                "org.apache.spark.serializer.KryoSerializer",
                "spark.kryo.registrationRequired",
                "true",
                "spark.kryo.registrator",
                LockstepKryoRegistrator.class.getName(),
                TASK_FAILURES_SETTING,
                TASK_FAILURES,
                "spark.executor.maxNumFailures",
                TASK_FAILURES,
                "spark.ui.showConsoleProgress",
                "false");
        if (job.cluster().sync() instanceof Dl4jSparkSync) {
            // Here Spark starts the tasks again, and one that always fails must come to an end.
            configuration.setIfMissing(TASK_FAILURES_SETTING, "4");
            configuration.setIfMissing(
                    "spark.kryo.registrator",
                    LockstepKryoRegistrator.class.getName() + "," + Dl4jKryoRegistrator.class.getName());
        } else {
            warnOfTaskFailures(configuration);
        }
        defaults.forEach(configuration::setIfMissing);
        SparkHome.executorSettings(System.getenv()).forEach(configuration::setIfMissing);
        if (!SparkHome.isStartedBySparkSubmit()) {
            SparkHome.settings(master, System.getenv()).forEach(configuration::setIfMissing);
        }
        // The same task twice would be two members of one rank.
        turnOff("spark.speculation", configuration);
        turnOff("spark.excludeOnFailure.enabled", configuration);
        if (WorkerCount.isLocal(master)) {
            configuration.setIfMissing(UI, "false");
            configuration.setIfMissing("spark.driver.host", "localhost");
            configuration.setIfMissing("spark.driver.bindAddress", "127.0.0.1");
        }
        LOG.debug("Spark settings:\n{}", configuration.toDebugString());
        return configuration;
    }

    private static void turnOff(String setting, SparkConf configuration) {
        if (configuration.getBoolean(setting, false)) {
            LOG.warn(
                    "{} is turned off: a worker is one long task, which must run once, and where Lockstep's own restart"
                            + " budget says (cluster.restarts)",
                    setting);
        }
        configuration.set(setting, "false");
    }

    /** A number of task failures that somebody chose is left, but it may be less than anybody wants of a training. */
    private static void warnOfTaskFailures(SparkConf configuration) {
        if (configuration.contains(TASK_FAILURES_SETTING)) {
            LOG.warn(
                    "{} is {}: a worker that is lost so often ends the attempt, though each time the others could go"
                            + " on; Lockstep's default is {}",
                    TASK_FAILURES_SETTING,
                    configuration.get(TASK_FAILURES_SETTING),
                    TASK_FAILURES);
        }
    }

    /**
     * A session of these settings, without Spark's web pages where there is no port for them: Spark itself would end the
     * process.
     */
    static JavaSparkContext open(SparkConf configuration) {
        if (configuration.getBoolean(UI, true) && !hasPortForPages(configuration)) {
            LOG.warn(
                    "Spark's web pages are left out: all ports from spark.ui.port {} on are taken ({} more are tried:"
                            + " spark.port.maxRetries)",
                    configuration.get(UI_PORT, DEFAULT_UI_PORT),
                    configuration.get(PORT_RETRIES, DEFAULT_PORT_RETRIES));
            configuration.set(UI, "false");
        }
        return new JavaSparkContext(configuration);
    }

    private static boolean hasPortForPages(SparkConf configuration) {
        int first = Integer.parseInt(configuration.get(UI_PORT, DEFAULT_UI_PORT));
        int retries = Integer.parseInt(configuration.get(PORT_RETRIES, DEFAULT_PORT_RETRIES));
        String host = System.getenv().getOrDefault("SPARK_LOCAL_IP", "0.0.0.0");
        for (int port = first; port <= first + retries && port <= HIGHEST_PORT; port++) {
            try (ServerSocket probe = new ServerSocket(port, 1, InetAddress.getByName(host))) {
                LOG.trace("Port {} is free", probe.getLocalPort());
                return true;
            } catch (IOException taken) {
                LOG.trace("Port {} is taken", port, taken);
            }
        }
        return false;
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
