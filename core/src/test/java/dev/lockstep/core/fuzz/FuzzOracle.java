package dev.lockstep.core.fuzz;

import com.sun.management.ThreadMXBean;
import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import java.io.ObjectInputFilter;
import java.lang.management.ManagementFactory;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * What must hold for every input: a result or our own refusal, memory within a limit that follows from the input's size,
 * and no Java deserialization. That it ends in time is left to who calls.
 */
public final class FuzzOracle {
    private static final Set<ExitCode> REFUSALS = Set.of(ExitCode.USAGE, ExitCode.DATA, ExitCode.MODEL);
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /** Deserializations that were tried, and refused, by a thread that reads an input. */
    private static final ThreadLocal<@Nullable AtomicInteger> DESERIALIZATIONS = new ThreadLocal<>();

    static {
        // Other threads of this JVM, such as Spark's in other tests, are let alone.
        ObjectInputFilter.Config.setSerialFilter(asked -> {
            AtomicInteger counter = DESERIALIZATIONS.get();
            if (counter == null) {
                return ObjectInputFilter.Status.UNDECIDED;
            }
            counter.incrementAndGet();
            return ObjectInputFilter.Status.REJECTED;
        });
    }

    private FuzzOracle() {}

    /** Reads the seeds once, so that loading classes does not count as what an input costs. */
    public static void warmUp(FuzzTarget target) throws Exception {
        for (byte[] seed : target.seeds()) {
            read(target, seed);
        }
    }

    /**
     * Lets a target read an input.
     *
     * @return the refusal, or null where the input was read
     * @throws AssertionError when something does not hold
     */
    public static @Nullable Throwable check(FuzzTarget target, byte[] input) {
        AtomicInteger deserializations = new AtomicInteger();
        DESERIALIZATIONS.set(deserializations);
        long most = target.mostAllocatedBytes(input.length);
        long allocated;
        Throwable refusal;
        try {
            long before = THREADS.getCurrentThreadAllocatedBytes();
            refusal = read(target, input);
            allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
            if (allocated > most) {
                // Loading a class for the first time, which Jazzer also rewrites, is not what the input costs.
                before = THREADS.getCurrentThreadAllocatedBytes();
                refusal = read(target, input);
                allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
            }
        } finally {
            DESERIALIZATIONS.remove();
        }
        if (allocated > most) {
            throw new AssertionError(target.name() + ": an input of " + input.length + " bytes made it allocate "
                    + allocated + " bytes, at most " + most + " are allowed");
        }
        if (deserializations.get() > 0) {
            throw new AssertionError(target.name() + ": used Java deserialization");
        }
        return refusal;
    }

    private static @Nullable Throwable read(FuzzTarget target, byte[] input) {
        try {
            target.read(input.clone());
            return null;
        } catch (Throwable thrown) {
            if (isRefusal(target, thrown)) {
                return thrown;
            }
            throw new AssertionError(target.name() + ": threw " + thrown, thrown);
        }
    }

    private static boolean isRefusal(FuzzTarget target, Throwable thrown) {
        if (thrown instanceof LockstepException refused) {
            return REFUSALS.contains(refused.exitCode())
                    && refused.getMessage() != null
                    && !refused.getMessage().isBlank();
        }
        return target.isRefusal(thrown);
    }
}
