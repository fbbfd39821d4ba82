package dev.lockstep.core.collective;

import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells an observer everything from one thread of its own, in order, so that a slow observer holds up neither the
 * workers nor the network.
 */
public final class OrderedObserver implements RunObserver, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(OrderedObserver.class);

    private final RunObserver observer;
    private final Duration closeDeadline;
    private final ExecutorService thread;

    /**
     * Wraps an observer.
     *
     * @param closeDeadline how long {@link #close()} waits for the observer to be told everything
     */
    public OrderedObserver(RunObserver observer, Duration closeDeadline) {
        this.observer = observer;
        this.closeDeadline = closeDeadline;
        this.thread = Executors.newSingleThreadExecutor(task -> {
            Thread created = new Thread(task, "lockstep-observer");
            created.setDaemon(true);
            return created;
        });
    }

    @Override
    public void published(int rank, String eventJson) {
        then(() -> observer.published(rank, eventJson));
    }

    @Override
    public void generationFormed(long number, long sourceStep, String reason) {
        then(() -> observer.generationFormed(number, sourceStep, reason));
    }

    @Override
    public void memberEvicted(int rank, String why) {
        then(() -> observer.memberEvicted(rank, why));
    }

    @Override
    public void memberLost(int rank, String why) {
        then(() -> observer.memberLost(rank, why));
    }

    /** Runs something after all that the observer was to be told until now. */
    public void then(Runnable action) {
        try {
            thread.execute(() -> {
                try {
                    action.run();
                } catch (RuntimeException failure) {
                    LOG.error("The observer of the run failed; the run goes on without this event", failure);
                }
            });
        } catch (RejectedExecutionException closed) {
            LOG.debug("An event came after the run was over", closed);
        }
    }

    @Override
    public void close() {
        thread.shutdown();
        try {
            if (!thread.awaitTermination(closeDeadline.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn(
                        "The observer of the run was still busy after {} s; its last events may be lost",
                        closeDeadline.toSeconds());
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
