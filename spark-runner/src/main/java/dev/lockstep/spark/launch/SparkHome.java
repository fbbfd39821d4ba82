package dev.lockstep.spark.launch;

import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Spark without a Spark installation. The workers of {@code local-cluster[n,cores,MiB]} start each executor as a JVM of
 * its own and look for its jars in {@code $SPARK_HOME/jars}. The build lays out a home whose {@code jars} folder is
 * empty, {@code scripts/lockstep} puts it into the environment (a JVM cannot change its own), and the settings of this
 * class hand the executors the class path of the running JVM instead.
 */
public final class SparkHome {
    private static final List<String> THREAD_VARIABLES = List.of("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS");
    private static final List<String> PASSED_ON = List.of("OPENBLAS_CORETYPE");

    private SparkHome() {}

    /**
     * The Spark settings that a session needs under a master so that its executors can run Lockstep. Set them where
     * the session is Lockstep's own and was not started by spark-submit, which sees to the class path itself.
     *
     * @param master Spark master, such as {@code local-cluster[2,1,1024]}
     * @param environment of this process, see {@link System#getenv()}
     * @return settings for {@code SparkConf}; empty for {@code local[n]}, whose executor is this JVM
     * @throws LockstepException (usage) if the environment has no usable {@code SPARK_HOME} where one is needed
     */
    public static Map<String, String> settings(String master, Map<String, String> environment) {
        Map<String, String> settings = new LinkedHashMap<>();
        if (isInThisJvm(master)) {
            return settings;
        }
        if (master.startsWith("local-cluster[")) {
            requireHome(environment);
            settings.put("spark.executor.extraClassPath", absoluteClassPath(System.getProperty("java.class.path")));
        }
        settings.putAll(executorSettings(environment));
        return settings;
    }

    /**
     * What executors get wherever they run: one thread for each product, since two pools on the same cores destroy
     * throughput, and the collector that is fastest for DL4J. Spark adds its {@code --add-opens} by itself.
     */
    public static Map<String, String> executorSettings(Map<String, String> environment) {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("spark.executor.extraJavaOptions", "-XX:+UseParallelGC");
        for (String variable : THREAD_VARIABLES) {
            settings.put("spark.executorEnv." + variable, environment.getOrDefault(variable, "1"));
        }
        for (String variable : PASSED_ON) {
            if (environment.containsKey(variable)) {
                settings.put("spark.executorEnv." + variable, environment.get(variable));
            }
        }
        return settings;
    }

    /** Whether this JVM was started by spark-submit, which has then seen to class paths and to the master. */
    public static boolean isStartedBySparkSubmit() {
        return System.getProperty("SPARK_SUBMIT") != null;
    }

    private static boolean isInThisJvm(String master) {
        return master.equals("local") || master.startsWith("local[");
    }

    private static void requireHome(Map<String, String> environment) {
        String home = environment.get("SPARK_HOME");
        if (home == null || !Files.isDirectory(Path.of(home, "jars"))) {
            throw new LockstepException(
                    ExitCode.USAGE,
                    "local-cluster[...] starts executors in a SPARK_HOME with a folder jars; found "
                            + (home == null ? "no SPARK_HOME" : "SPARK_HOME=" + home + " without it")
                            + ". Start Lockstep by scripts/lockstep, which lays one out, or set SPARK_HOME to a Spark"
                            + " 3.5 installation");
        }
    }

    /** Executors run in folders of their own, where a relative entry names nothing. */
    static String absoluteClassPath(String classPath) {
        return Arrays.stream(classPath.split(File.pathSeparator, -1))
                .filter(entry -> !entry.isEmpty())
                .map(entry -> Path.of(entry).toAbsolutePath().normalize().toString())
                .collect(Collectors.joining(File.pathSeparator));
    }
}
