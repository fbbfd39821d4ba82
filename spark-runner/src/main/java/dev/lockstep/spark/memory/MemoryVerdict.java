package dev.lockstep.spark.memory;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import dev.lockstep.core.memory.ByteCount;
import dev.lockstep.core.memory.MemoryNeed;
import dev.lockstep.core.plan.WorkerMemory;
import dev.lockstep.core.plan.WorkerMemory.Part;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What the workers of one process need, beside what the process has. The need is an upper bound and the limit is that of
 * the whole process: what does not fit by this measure does not run. What fits may still be tight, as Spark and the
 * collector need room, too.
 */
public final class MemoryVerdict {
    /** What Spark itself keeps on the heap of a driver or an executor. */
    static final long SPARK_HEAP_BYTES = ByteCount.mebibytes(192);

    /** Classes, compiled code, threads and the collector's tables of a JVM with Spark. */
    static final long JVM_BYTES = ByteCount.mebibytes(320);

    /** Arrays live in the old generation, two thirds of the heap. */
    private static final double HEAP_ROOM = 1.5;

    private static final double OFF_HEAP_ROOM = 1.2;
    private static final long ROUNDED_TO_MEBIBYTES = 256;
    private static final long MEBIBYTE = 1L << 20;

    private final WorkerMemory worker;
    private final ProcessLimits limits;
    private final MemoryNeed need;

    public MemoryVerdict(WorkerMemory worker, ProcessLimits limits) {
        this.worker = worker;
        this.limits = limits;
        this.need = worker.of(limits.workers());
    }

    /** One line for the log. */
    public String line() {
        String workers = limits.workers() + (limits.workers() == 1 ? " worker" : " workers");
        String where = limits.isThisProcess() ? workers + " in this process" : "an executor with " + workers;
        String beside = limits.overheadBytes() == Long.MAX_VALUE ? "" : " of " + text(limits.overheadBytes());
        return "memory: " + where + " may need " + text(need.heapBytes()) + " of " + text(limits.heapBytes())
                + " heap and " + text(need.offHeapBytes()) + beside + " beside it; "
                + text(worker.mappedBytes()) + " of packed samples are mapped, which is the page cache's";
    }

    /**
     * Requires that it can fit at all.
     *
     * @throws LockstepException (usage) with the settings that would make it fit
     */
    public void require() {
        String objection = objection();
        if (objection != null) {
            throw new LockstepException(ExitCode.USAGE, objection);
        }
    }

    /** Why it cannot fit, and what to do; null where it may. */
    public @Nullable String objection() {
        List<String> problems = new ArrayList<>();
        if (need.heapBytes() > limits.heapBytes()) {
            problems.add(text(need.heapBytes()) + " on the heap, found " + text(limits.heapBytes()));
        }
        if (need.offHeapBytes() > nativeLimit()) {
            problems.add(text(need.offHeapBytes()) + " beside the heap, found " + text(nativeLimit())
                    + (nativeLimit() == limits.overheadBytes() ? "" : " (native memory may be as large as the heap)"));
        }
        return problems.isEmpty()
                ? null
                : "memory: " + where() + " needs up to " + String.join(" and ", problems) + "; most of it is "
                        + largestParts() + ". " + remedy();
    }

    /** Why it may run out all the same, and what to do; null where there is room. */
    public @Nullable String warning() {
        boolean heapIsTight = recommendedHeap() > limits.heapBytes();
        boolean overheadIsTight = ByteCount.sum(need.offHeapBytes(), JVM_BYTES) > limits.overheadBytes();
        if (objection() != null || (!heapIsTight && !overheadIsTight)) {
            return null;
        }
        return "memory is tight: " + where() + " needs up to "
                + (heapIsTight ? text(need.heapBytes()) + " of " + text(limits.heapBytes()) + " heap" : "")
                + (heapIsTight && overheadIsTight ? " and " : "")
                + (overheadIsTight
                        ? text(need.offHeapBytes()) + " of " + text(limits.overheadBytes()) + " beside it"
                        : "")
                + ", and Spark and the JVM come on top. " + remedy();
    }

    /** JavaCPP and direct buffers take no more than the heap's limit, a container no more than was asked for. */
    private long nativeLimit() {
        return Math.min(limits.heapBytes(), limits.overheadBytes());
    }

    private String where() {
        String workers = limits.workers() + (limits.workers() == 1 ? " worker" : " workers");
        return limits.isThisProcess() ? "this process with " + workers : "an executor with " + workers;
    }

    private String largestParts() {
        return Stream.concat(worker.each().stream(), worker.once().stream())
                .sorted(Comparator.comparingLong(MemoryVerdict::bytes).reversed())
                .limit(2)
                .map(part -> part.what() + " (" + text(bytes(part)) + " a worker)")
                .collect(Collectors.joining(" and "));
    }

    private static long bytes(Part part) {
        return ByteCount.sum(part.need().heapBytes(), part.need().offHeapBytes());
    }

    private long recommendedHeap() {
        long heap = ByteCount.sum(times(need.heapBytes(), HEAP_ROOM), SPARK_HEAP_BYTES);
        return rounded(Math.max(heap, times(need.offHeapBytes(), OFF_HEAP_ROOM)));
    }

    private long recommendedOverhead() {
        return rounded(ByteCount.sum(times(need.offHeapBytes(), OFF_HEAP_ROOM), JVM_BYTES));
    }

    private static long times(long bytes, double factor) {
        double product = bytes * factor;
        return product >= Long.MAX_VALUE ? Long.MAX_VALUE : (long) product;
    }

    private static long rounded(long bytes) {
        long unit = ROUNDED_TO_MEBIBYTES * MEBIBYTE;
        return bytes > Long.MAX_VALUE - unit ? Long.MAX_VALUE : (bytes + unit - 1) / unit * unit;
    }

    /** The settings, to be copied; where no machine has so much, what to lower instead. */
    String remedy() {
        String lower = "lower training.batch_size or the layers' sizes, or take more workers on more hosts";
        if (recommendedHeap() > LARGEST_HEAP_BYTES) {
            return "No machine has so much: " + lower;
        }
        return switch (limits.kind()) {
            case OWN_PROCESS -> "Start with LOCKSTEP_JAVA_OPTS=-Xmx" + mebibytes(recommendedHeap()) + ", or " + lower;
            case SUBMITTED_PROCESS -> "Submit with --conf spark.driver.memory=" + mebibytes(recommendedHeap()) + ", or "
                    + lower;
            case EXECUTOR -> "Set --conf spark.executor.memory=" + mebibytes(recommendedHeap())
                    + " (or that key in the job's cluster.spark), or " + lower;
            case CONTAINER -> "Set --conf spark.executor.memory="
                    + mebibytes(Math.max(recommendedHeap(), limits.heapBytes()))
                    + " --conf spark.executor.memoryOverhead=" + mebibytes(recommendedOverhead())
                    + " (or these keys in the job's cluster.spark), or " + lower;
        };
    }

    /** A heap beyond this is no advice any more: 8 TiB. */
    private static final long LARGEST_HEAP_BYTES = 8L << 40;

    private static String mebibytes(long bytes) {
        return (bytes / MEBIBYTE) + "m";
    }

    private static String text(long bytes) {
        return ByteCount.text(bytes);
    }

    /** The same for programs. */
    public void writeTo(ObjectNode json) {
        json.put("workers_a_process", limits.workers());
        json.put("heap_bytes", need.heapBytes());
        json.put("heap_limit_bytes", limits.heapBytes());
        json.put("off_heap_bytes", need.offHeapBytes());
        if (limits.overheadBytes() == Long.MAX_VALUE) {
            json.putNull("off_heap_limit_bytes");
        } else {
            json.put("off_heap_limit_bytes", limits.overheadBytes());
        }
        json.put("mapped_bytes", worker.mappedBytes());
        ObjectNode parts = json.putObject("parts_of_a_worker");
        for (Part part : worker.each()) {
            parts.putObject(part.what())
                    .put("heap_bytes", part.need().heapBytes())
                    .put("off_heap_bytes", part.need().offHeapBytes());
        }
    }
}
