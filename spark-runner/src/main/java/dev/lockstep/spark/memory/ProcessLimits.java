package dev.lockstep.spark.memory;

import dev.lockstep.core.memory.ByteCount;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.SparkConf;

/**
 * What the processes that compute have, as configured.
 *
 * @param kind of the processes
 * @param workers in one of them; taken to be one where the configuration does not say
 * @param heapBytes their -Xmx
 * @param overheadBytes that a container allows beside the heap; {@link Long#MAX_VALUE} where nobody counts
 */
public record ProcessLimits(Kind kind, int workers, long heapBytes, long overheadBytes) {
    /** Where the workers are, which decides the settings to change. */
    public enum Kind {
        /** In this JVM, which scripts/lockstep started. */
        OWN_PROCESS,
        /** In this JVM, which spark-submit started. */
        SUBMITTED_PROCESS,
        /** In executors that nobody watches. */
        EXECUTOR,
        /** In executors that YARN or Kubernetes kills when they take more than was asked for. */
        CONTAINER
    }

    private static final Pattern LOCAL = Pattern.compile("local(\\[.*])?");
    private static final Pattern LOCAL_CLUSTER =
            Pattern.compile("local-cluster\\[\\s*\\d+\\s*,\\s*(\\d+)\\s*,\\s*\\d+\\s*]");
    private static final String EXECUTOR_MEMORY = "spark.executor.memory";
    private static final String OVERHEAD = "spark.executor.memoryOverhead";
    private static final double OVERHEAD_FACTOR = 0.1;
    private static final long LEAST_OVERHEAD_MEBIBYTES = 384;

    /**
     * The limits of a run's processes.
     *
     * @param workers of the run
     * @param ownHeapBytes of this JVM
     * @param submitted whether spark-submit started this JVM
     */
    public static ProcessLimits of(
            String master, SparkConf configuration, int workers, long ownHeapBytes, boolean submitted) {
        if (LOCAL.matcher(master).matches()) {
            Kind kind = submitted ? Kind.SUBMITTED_PROCESS : Kind.OWN_PROCESS;
            return new ProcessLimits(kind, workers, ownHeapBytes, Long.MAX_VALUE);
        }
        int each = Math.min(workers, workersOfExecutor(master, configuration).orElse(1));
        long heapMebibytes = configuration.getSizeAsMb(EXECUTOR_MEMORY, "1g");
        boolean watched = master.startsWith("yarn") || master.startsWith("k8s:");
        return new ProcessLimits(
                watched ? Kind.CONTAINER : Kind.EXECUTOR,
                each,
                ByteCount.mebibytes(heapMebibytes),
                watched ? ByteCount.mebibytes(overheadMebibytes(configuration, heapMebibytes)) : Long.MAX_VALUE);
    }

    /** As Spark computes it, for YARN and for JVMs on Kubernetes. */
    private static long overheadMebibytes(SparkConf configuration, long heapMebibytes) {
        if (configuration.contains(OVERHEAD)) {
            return configuration.getSizeAsMb(OVERHEAD);
        }
        double factor = configuration.getDouble("spark.executor.memoryOverheadFactor", OVERHEAD_FACTOR);
        return Math.max(LEAST_OVERHEAD_MEBIBYTES, (long) (factor * heapMebibytes));
    }

    private static OptionalInt workersOfExecutor(String master, SparkConf configuration) {
        int taskCores = Math.max(1, configuration.getInt("spark.task.cpus", 1));
        Matcher cluster = LOCAL_CLUSTER.matcher(master);
        if (cluster.matches()) {
            return OptionalInt.of(Math.max(1, Integer.parseInt(cluster.group(1)) / taskCores));
        }
        return configuration.contains("spark.executor.cores")
                ? OptionalInt.of(Math.max(1, configuration.getInt("spark.executor.cores", 1) / taskCores))
                : OptionalInt.empty();
    }

    /** Whether the workers share this JVM. */
    public boolean isThisProcess() {
        return kind == Kind.OWN_PROCESS || kind == Kind.SUBMITTED_PROCESS;
    }
}
