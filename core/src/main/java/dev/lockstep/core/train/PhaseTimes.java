package dev.lockstep.core.train;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Where the time of an epoch's steps went on this rank, in nanoseconds. */
final class PhaseTimes {
    private long data;
    private long compute;
    private long merge;
    private long update;

    void add(long dataNanos, long computeNanos, long mergeNanos, long updateNanos) {
        data += dataNanos;
        compute += computeNanos;
        merge += mergeNanos;
        update += updateNanos;
    }

    void clear() {
        data = 0;
        compute = 0;
        merge = 0;
        update = 0;
    }

    /** All phases together. */
    double totalSeconds() {
        return (data + compute + merge + update) / 1e9;
    }

    ObjectNode toJson() {
        ObjectNode phases = JsonNodeFactory.instance.objectNode();
        phases.put("data", data / 1e9);
        phases.put("compute", compute / 1e9);
        phases.put("merge", merge / 1e9);
        phases.put("update", update / 1e9);
        return phases;
    }
}
