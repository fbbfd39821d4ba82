package dev.lockstep.spark.plan;

import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.lockstep.cluster.transport.DataTransport;
import dev.lockstep.core.config.JobConfig;
import dev.lockstep.core.memory.ByteCount;
import dev.lockstep.core.memory.MemoryNeed;
import dev.lockstep.core.model.NetworkPlan;
import dev.lockstep.core.plan.DataSize;
import dev.lockstep.core.plan.WorkerMemory;
import dev.lockstep.core.plan.WorkerMemoryEstimate;
import dev.lockstep.spark.data.SampleLayout;
import dev.lockstep.spark.launch.SparkHome;
import dev.lockstep.spark.memory.MemoryVerdict;
import dev.lockstep.spark.memory.ProcessLimits;

/** What a worker of the planned job allocates, by the number of workers. */
final class PlannedMemory {
    private final JobConfig job;
    private final NetworkPlan network;
    private final DataSize size;
    private final long bytesAPeer;

    PlannedMemory(JobConfig job, NetworkPlan network, SampleLayout layout, DataTransport transport) {
        this.job = job;
        this.network = network;
        this.size = new DataSize(
                layout.samples(), layout.samples(), layout.encoding().type().bytes());
        this.bytesAPeer = transport.offHeapBytesAPeer();
    }

    private WorkerMemory of(int workers) {
        return WorkerMemoryEstimate.of(network, job, size, workers, bytesAPeer);
    }

    /** Requires that this process can measure a worker that is alone. */
    void requireHere() {
        ProcessLimits.Kind kind = SparkHome.isStartedBySparkSubmit()
                ? ProcessLimits.Kind.SUBMITTED_PROCESS
                : ProcessLimits.Kind.OWN_PROCESS;
        new MemoryVerdict(of(1), new ProcessLimits(kind, 1, Runtime.getRuntime().maxMemory(), Long.MAX_VALUE))
                .require();
    }

    /** Two numbers of workers in a line. */
    String text(int fewest, int most) {
        String mapped = ByteCount.text(of(fewest).mappedBytes());
        return "Memory of a process with one worker: of " + fewest + " " + text(fewest)
                + (most == fewest ? "" : ", of " + most + " " + text(most)) + "; " + mapped
                + " of packed samples are mapped on each host.\n";
    }

    private String text(int workers) {
        MemoryNeed need = of(workers).of(1);
        return ByteCount.text(need.heapBytes()) + " heap and " + ByteCount.text(need.offHeapBytes()) + " beside it";
    }

    /** The same for programs. */
    void writeTo(ArrayNode rows, int workers) {
        MemoryNeed need = of(workers).of(1);
        rows.addObject()
                .put("workers", workers)
                .put("heap_bytes", need.heapBytes())
                .put("off_heap_bytes", need.offHeapBytes())
                .put("mapped_bytes", of(workers).mappedBytes());
    }
}
