package dev.lockstep.spark;

import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import dev.lockstep.spark.data.NoRoom;
import dev.lockstep.spark.watch.JobDescription;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import org.apache.spark.api.java.JavaSparkContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks after Spark jobs that the driver waits for outside of the training, such as packing the samples. Spark waits for
 * executors without an end and knows of no request to stop.
 */
final class DriverJobs {
    private static final Logger LOG = LoggerFactory.getLogger(DriverJobs.class);
    private static final long POLL_MILLIS = 200;

    private final JavaSparkContext spark;
    private final IntSupplier slots;
    private final double waitSeconds;
    private final BooleanSupplier stopRequested;

    /**
     * For the jobs of a session.
     *
     * @param waitSeconds how long there may be no executor at all
     * @param stopRequested whether somebody asked for a stop
     */
    DriverJobs(JavaSparkContext spark, double waitSeconds, BooleanSupplier stopRequested) {
        this.spark = spark;
        this.slots = new ExecutorSlots(spark);
        this.waitSeconds = waitSeconds;
        this.stopRequested = stopRequested;
    }

    /**
     * Does work that runs jobs.
     *
     * @param name of the work, for messages, such as "packing the samples"
     * @throws LockstepException with {@link ExitCode#CLUSTER} when there was nobody to do it, with {@link
     *     ExitCode#STOPPED} when it was stopped
     */
    <T> T during(String name, Supplier<T> work) {
        AtomicReference<@Nullable LockstepException> ended = new AtomicReference<>();
        Thread watcher = new Thread(() -> watch(name, ended), "lockstep-driver-jobs");
        watcher.setDaemon(true);
        watcher.start();
        T result;
        try {
            result = JobDescription.during(spark, name, work);
        } catch (Exception failure) { // Scala throws SparkException without declaring it
            LockstepException reason = ended.get();
            throw reason == null ? told(name, failure) : reason;
        } finally {
            watcher.interrupt();
        }
        if (stopRequested.getAsBoolean()) {
            throw stopped(name);
        }
        return result;
    }

    private void watch(String name, AtomicReference<@Nullable LockstepException> ended) {
        long lastThere = System.nanoTime();
        try {
            while (true) {
                Thread.sleep(POLL_MILLIS);
                long now = System.nanoTime();
                if (slots.getAsInt() > 0 || spark.statusTracker().getActiveJobIds().length == 0) {
                    lastThere = now;
                }
                if (stopRequested.getAsBoolean()) {
                    ended.compareAndSet(null, stopped(name));
                } else if (now - lastThere > waitSeconds * 1e9) {
                    ended.compareAndSet(
                            null,
                            new LockstepException(ExitCode.CLUSTER, name + ": " + Staffing.tooFew(0, 1, waitSeconds)));
                }
                if (ended.get() != null) {
                    // Again and again: the work may run one job after the other.
                    spark.sc().cancelAllJobs();
                }
            }
        } catch (InterruptedException over) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException noSession) {
            LOG.debug("The session ended while {}", name, noSession);
        }
    }

    private static RuntimeException told(String name, Exception failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof LockstepException known) {
                return known;
            }
        }
        Optional<String> noRoom = NoRoom.told(failure);
        if (noRoom.isPresent()) {
            return new LockstepException(ExitCode.DATA, name + ": " + noRoom.get(), failure);
        }
        if (failure instanceof RuntimeException unforeseen) {
            return unforeseen;
        }
        String line = String.valueOf(failure.getMessage()).lines().findFirst().orElse("");
        return new LockstepException(ExitCode.CLUSTER, "Spark failed while " + name + ": " + line, failure);
    }

    private static LockstepException stopped(String name) {
        return new LockstepException(
                ExitCode.STOPPED, "stopped on request while " + name + "; the same command continues");
    }
}
