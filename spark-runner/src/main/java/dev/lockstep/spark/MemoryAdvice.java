package dev.lockstep.spark;

import java.util.Locale;
import java.util.Optional;
import org.apache.spark.SparkConf;

/** What to change, with numbers, where a worker had too little memory. */
final class MemoryAdvice {
    private static final String MEMORY = "spark.executor.memory";
    private static final String OVERHEAD = "spark.executor.memoryOverhead";

    /** What Spark adds to the heap unless something else is said: a tenth of it, but no less than this. */
    private static final long LEAST_OVERHEAD_MIB = 384;

    private static final double OVERHEAD_SHARE = 0.1;
    private static final long MIB = 1L << 20;

    private final long heapMib;
    private final long overheadMib;

    /** For the executors of a session. */
    MemoryAdvice(SparkConf configuration) {
        heapMib = configuration.getSizeAsMb(MEMORY, "1g");
        double share = configuration.getDouble(MEMORY + "OverheadFactor", OVERHEAD_SHARE);
        long usual = Math.max(LEAST_OVERHEAD_MIB, (long) (heapMib * share));
        overheadMib = configuration.getSizeAsMb(OVERHEAD, usual + "m");
    }

    /** What an executor's exit code tells of its memory; empty where it tells nothing. */
    Optional<String> ofExitCode(int exitCode) {
        return switch (exitCode) {
            case ExecutorLoss.OUT_OF_MEMORY -> Optional.of(
                    "the executor's heap of " + heapMib + " MiB was full: " + raise(MEMORY, heapMib));
            case ExecutorLoss.EXIT_ON_OUT_OF_MEMORY -> Optional.of(
                    "its JVM ends so where -XX:+ExitOnOutOfMemoryError is set and its heap of " + heapMib
                            + " MiB is full: " + raise(MEMORY, heapMib));
            case ExecutorLoss.SIGKILL -> Optional.of("unless somebody killed it, it used more memory than its container"
                    + " or host has: " + container());
            case ExecutorLoss.SIGTERM -> Optional.of(
                    "the cluster took it away: for another job (preemption), or, as YARN"
                            + " does, because it used more memory than its container has: " + container());
            default -> Optional.empty();
        };
    }

    /** For a container that was killed because of its memory. */
    String container() {
        return "it may use " + (heapMib + overheadMib) + " MiB, of which the heap takes " + heapMib + " (" + MEMORY
                + ") and buffers, native libraries and mapped samples " + overheadMib + " (" + OVERHEAD + "): "
                + raise(OVERHEAD, overheadMib);
    }

    private static String raise(String setting, long mib) {
        return "raise " + setting + " to " + 2 * mib + "m (cluster.spark: {" + setting + ": " + 2 * mib
                + "m}) or use more workers, each with a smaller part of the batch";
    }

    /**
     * Of a worker that ran out of memory and lived to tell.
     *
     * @param inDriver whether it shares the driver's JVM, as in local mode
     * @param heapBytes the most its heap may grow to
     */
    static String of(OutOfMemoryError error, boolean inDriver, long heapBytes) {
        String message = String.valueOf(error.getMessage()).toLowerCase(Locale.ROOT);
        long heap = heapBytes / MIB;
        String what;
        String change;
        if (message.contains("thread")) {
            what = "no more threads can be started";
            change = "raise the limit of processes of the user or container (ulimit -u, pids.max)";
        } else if (message.contains("physical memory")) {
            what = "too little memory outside the heap";
            change = inDriver
                    ? "raise LOCKSTEP_JAVA_OPTS=-Dorg.bytedeco.javacpp.maxphysicalbytes, or use a host with more memory"
                    : "raise " + OVERHEAD;
        } else {
            what = (message.contains("direct") ? "the buffers outside the heap, as many as the heap" : "the heap")
                    + ", at most " + heap + " MiB, are full";
            change = inDriver
                    ? "raise it to " + 2 * heap + " MiB by LOCKSTEP_JAVA_OPTS=-Xmx" + 2 * heap
                            + "m, under spark-submit by" + " --driver-memory " + 2 * heap + "m"
                    : "raise " + MEMORY + " to " + 2 * heap + "m";
        }
        return "out of memory: " + what + " (" + error.getMessage() + "); " + change
                + ", or use more workers, each with a smaller part of the batch; the same command continues";
    }
}
