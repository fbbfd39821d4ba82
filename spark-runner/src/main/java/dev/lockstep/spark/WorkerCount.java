package dev.lockstep.spark;

import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.SparkConf;

/**
 * How many workers a cluster is configured for: executors x cores / {@code spark.task.cpus}, under dynamic allocation
 * its maximum. Never the count that happens to be registered: that would change from run to run.
 */
final class WorkerCount {
    private static final Pattern LOCAL = Pattern.compile("local\\[(\\d+|\\*)(?:,\\s*\\d+)?]");
    private static final Pattern LOCAL_CLUSTER =
            Pattern.compile("local-cluster\\[\\s*(\\d+)\\s*,\\s*(\\d+)\\s*,\\s*\\d+\\s*]");

    private WorkerCount() {}

    /** Whether all workers share the driver's JVM. */
    static boolean isLocal(String master) {
        return master.equals("local") || LOCAL.matcher(master).matches();
    }

    /** Tasks that can run at once as configured; empty when the configuration does not say. */
    static OptionalInt slots(String master, SparkConf configuration) {
        int taskCores = configuration.getInt("spark.task.cpus", 1);
        if (master.equals("local")) {
            return OptionalInt.of(1);
        }
        Matcher local = LOCAL.matcher(master);
        if (local.matches()) {
            String cores = local.group(1);
            int count = cores.equals("*") ? Runtime.getRuntime().availableProcessors() : Integer.parseInt(cores);
            return OptionalInt.of(count / taskCores);
        }
        Matcher cluster = LOCAL_CLUSTER.matcher(master);
        if (cluster.matches()) {
            return OptionalInt.of(
                    Integer.parseInt(cluster.group(1)) * (Integer.parseInt(cluster.group(2)) / taskCores));
        }
        return configured(configuration, taskCores, startsExecutorsOnRequest(master));
    }

    /** Whether Spark asks the cluster for a number of executors, two unless something else is said, of one core. */
    private static boolean startsExecutorsOnRequest(String master) {
        return master.startsWith("yarn") || master.startsWith("k8s:");
    }

    /**
     * The executors to ask the cluster for, so that a given number of workers have a place; empty where the
     * configuration says it or the cluster gives what it has.
     */
    static OptionalInt executorsFor(OptionalInt workers, String master, SparkConf configuration) {
        int tasksOfExecutor =
                configuration.getInt("spark.executor.cores", 1) / configuration.getInt("spark.task.cpus", 1);
        if (workers.isEmpty()
                || tasksOfExecutor < 1
                || !startsExecutorsOnRequest(master)
                || isDynamic(configuration)
                || configuration.contains("spark.executor.instances")) {
            return OptionalInt.empty();
        }
        return OptionalInt.of((workers.getAsInt() + tasksOfExecutor - 1) / tasksOfExecutor);
    }

    private static boolean isDynamic(SparkConf configuration) {
        return configuration.getBoolean("spark.dynamicAllocation.enabled", false);
    }

    private static OptionalInt configured(SparkConf configuration, int taskCores, boolean oneCoreByDefault) {
        String executorsKey =
                isDynamic(configuration) ? "spark.dynamicAllocation.maxExecutors" : "spark.executor.instances";
        // On YARN and Kubernetes an executor has one core unless something else is said.
        int cores = configuration.getInt("spark.executor.cores", oneCoreByDefault ? 1 : 0);
        if (configuration.contains(executorsKey) && cores > 0) {
            return OptionalInt.of(configuration.getInt(executorsKey, 1) * (cores / taskCores));
        }
        if (configuration.contains("spark.cores.max")) {
            return OptionalInt.of(configuration.getInt("spark.cores.max", 1) / taskCores);
        }
        return OptionalInt.empty();
    }

    /** The workers of a run: as asked, or as configured. */
    static int of(OptionalInt asked, String master, SparkConf configuration) {
        OptionalInt slots = slots(master, configuration);
        if (asked.isEmpty()) {
            return slots.stream()
                    .filter(count -> count > 0)
                    .findFirst()
                    .orElseThrow(() -> new LockstepException(
                            ExitCode.USAGE,
                            "how many workers? " + master + " does not say: give --workers N, or set "
                                    + (isDynamic(configuration)
                                            ? "spark.dynamicAllocation.maxExecutors"
                                            : "spark.executor.instances")
                                    + " and spark.executor.cores"));
        }
        if (slots.isPresent() && slots.getAsInt() < asked.getAsInt()) {
            throw new LockstepException(
                    ExitCode.CLUSTER,
                    asked.getAsInt() + " workers need as many task slots at once, " + master + " has "
                            + slots.getAsInt() + "; ask for fewer workers or a larger cluster (executors x cores /"
                            + " spark.task.cpus)");
        }
        return asked.getAsInt();
    }
}
