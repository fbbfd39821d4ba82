package dev.lockstep.cluster.storage;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * The two clocks of a lease. Whether it has expired is a matter of the first alone, which nobody sets.
 *
 * @param nanoTime monotonic, of this process
 * @param wallTime for people: what lease files tell, never compared but in messages
 */
record LeaseClock(LongSupplier nanoTime, Supplier<Instant> wallTime) {
    static final LeaseClock SYSTEM = new LeaseClock(System::nanoTime, Instant::now);

    Instant wallTimeToTheMillisecond() {
        return wallTime.get().truncatedTo(ChronoUnit.MILLIS);
    }
}
