package dev.lockstep.bench;

/**
 * How fast model A could be trained on this machine: its products at the peak of sgemm, the bytes that Adam has to move
 * at the speed of copying, and, with two workers, one exchange of the gradient, by loopback or by memory that both map,
 * whichever is faster. Nothing overlaps, and everything else a step does counts as free.
 */
final class Bound {
    /** Weights of the three layers, which take part in products. */
    private static final double WEIGHTS = 784 * 128 + 128 * 64 + 64 * 10;

    /** Weights of the first layer: nobody needs the gradient of its input. */
    private static final double FIRST_WEIGHTS = 784 * 128;

    /** Adam reads gradient, two moments and parameter, and writes all but the gradient. */
    private static final double OPTIMIZER_BYTES = 7.0 * Float.BYTES * 109_386;

    /**
     * Through shared memory a worker copies its gradient in and the other's out, and a copy reads and writes. That the
     * other core wrote what is read, and waiting for it, count as free.
     */
    private static final double SHARED_MEMORY_BYTES = 2.0 * 2 * Float.BYTES * 109_386;

    private Bound() {}

    /**
     * Samples a second of all workers.
     *
     * @param workers 1 or 2
     * @param batchPerWorker samples a step of each
     * @param operations a second of each worker's core
     * @param bytes a second of each worker's core
     * @param exchanges a second over the loopback interface; not used with one worker
     */
    static double samplesPerSecond(int workers, int batchPerWorker, double operations, double bytes, double exchanges) {
        // Forward, gradient of the weights, gradient of the inputs: a multiplication and an addition for each weight.
        double work = 2.0 * batchPerWorker * (3 * WEIGHTS - FIRST_WEIGHTS);
        double exchange = workers > 1 ? Math.min(1 / exchanges, SHARED_MEMORY_BYTES / bytes) : 0;
        double seconds = work / operations + OPTIMIZER_BYTES / bytes + exchange;
        return workers * batchPerWorker / seconds;
    }
}
