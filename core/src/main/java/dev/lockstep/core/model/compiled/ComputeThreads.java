package dev.lockstep.core.model.compiled;

import dev.lockstep.core.model.dl4j.NativeRuntime;
import org.jspecify.annotations.Nullable;

/**
 * How many threads oneDNN's kernels use. OpenMP keeps that number for each calling thread and begins with the one of the
 * environment; where it has to be another, ND4J has the call that sets it. Loading ND4J takes more than a second of every
 * process, so it is left alone where the environment, which the launcher and Lockstep's executors set, says it already.
 */
final class ComputeThreads {
    private final int threads;
    private final @Nullable NativeRuntime runtime;
    private @Nullable Thread pinnedThread;

    private ComputeThreads(int threads, @Nullable NativeRuntime runtime) {
        this.threads = threads;
        this.runtime = runtime;
    }

    /** So many threads from now on, for the whole process; the last call wins. */
    static ComputeThreads of(int threads) {
        if (threads < 1) {
            throw new IllegalArgumentException("threads must be above 0, found " + threads);
        }
        boolean isSet = String.valueOf(threads).equals(System.getenv("OMP_NUM_THREADS")) && !NativeRuntime.isPinned();
        return new ComputeThreads(threads, isSet ? null : NativeRuntime.pin(threads));
    }

    /** Applies the number to the calling thread, which need not be the one that made the replica. */
    void pinCurrentThread() {
        Thread user = Thread.currentThread();
        if (runtime != null && pinnedThread != user) {
            runtime.pinCurrentThread();
            pinnedThread = user;
        }
    }

    @Override
    public String toString() {
        return threads + (threads == 1 ? " thread" : " threads");
    }
}
