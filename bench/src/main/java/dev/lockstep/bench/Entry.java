package dev.lockstep.bench;

import java.util.function.Supplier;

/**
 * One line of the benchmark.
 *
 * @param name of the contender
 * @param workload what it trains; bounds stand beside the first
 * @param workers how many processes work together
 * @param batchPerWorker samples a step of each; 0 for bounds
 * @param unit of its rate
 * @param start starts it
 */
record Entry(String name, Workload workload, int workers, int batchPerWorker, String unit, Supplier<Contender> start) {
    static final String LOCKSTEP = "lockstep";
    /** Workers that know nothing of each other: what the machine leaves of perfect scaling. */
    static final String ALONE = "lockstep alone";

    static final String SOCKETS = "lockstep, sockets";
    static final String ENCRYPTED = "lockstep, encrypted";
    static final String LIBTORCH = "libtorch";
    static final String DL4J = "dl4j";
    static final String GLOO = "libtorch+gloo";
    static final String DL4J_SPARK = "dl4j_spark";
    static final String SGEMM = "sgemm";
    static final String COPY = "memory copy";
    static final String LOOPBACK = "loopback";
    static final String SAMPLES = "samples/s";

    /** What {@code --only} compares with, and messages say. */
    String label() {
        return workload.letter() + " " + name + " x" + workers
                + (batchPerWorker == 0 ? "" : " batch " + batchPerWorker);
    }
}
