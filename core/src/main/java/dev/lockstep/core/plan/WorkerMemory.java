package dev.lockstep.core.plan;

import dev.lockstep.core.memory.MemoryNeed;
import java.util.List;

/**
 * What a worker of a job allocates, part by part: an upper bound that is computed from shapes alone, with nothing
 * allocated. {@link WorkerMemoryEstimate} makes it.
 *
 * @param each what every worker has
 * @param once what one worker of a process may have beside that: rank 0 keeps copies of the state for checkpoints
 * @param mappedBytes of the packed samples, which all workers of a host share; their pages are the kernel's cache and
 *     go when memory is short
 */
public record WorkerMemory(List<Part> each, List<Part> once, long mappedBytes) {
    /** A part with a name for people. */
    public record Part(String what, MemoryNeed need) {}

    public WorkerMemory {
        each = List.copyOf(each);
        once = List.copyOf(once);
    }

    /** What one worker needs that is not rank 0. */
    public MemoryNeed perWorker() {
        return sum(each);
    }

    /** What so many workers in one process need, rank 0 among them. */
    public MemoryNeed of(int workers) {
        return perWorker().times(workers).plus(sum(once));
    }

    private static MemoryNeed sum(List<Part> parts) {
        return parts.stream().map(Part::need).reduce(MemoryNeed.NONE, MemoryNeed::plus);
    }
}
