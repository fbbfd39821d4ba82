package dev.lockstep.spark;

import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sun.misc.Signal;
import sun.misc.SignalHandler;

/**
 * Turns SIGTERM and SIGINT into a stop at the next step boundary. Installed before Spark's own handling: the JVM's
 * default would run Spark's shutdown hook at once and the state since the last checkpoint would be lost. A second signal
 * ends the process.
 */
final class StopSignals implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StopSignals.class);
    private static final int KILLED_BY_SIGNAL = 128;

    private final AtomicBoolean requested = new AtomicBoolean();
    private final Signal[] signals = {new Signal("TERM"), new Signal("INT")};
    private final SignalHandler[] previous = new SignalHandler[signals.length];
    private volatile Runnable onStop = () -> {};

    StopSignals() {
        for (int i = 0; i < signals.length; i++) {
            previous[i] = Signal.handle(signals[i], this::received);
        }
    }

    private void received(Signal signal) {
        if (!requested.compareAndSet(false, true)) {
            Runtime.getRuntime().halt(KILLED_BY_SIGNAL + signal.getNumber());
        }
        LOG.info("SIG{} received: stopping at the next step boundary; once more ends the process", signal.getName());
        onStop.run();
    }

    /** Whether a stop was requested. */
    boolean requested() {
        return requested.get();
    }

    /** What to do at a request; runs at once when there was one already. */
    void onStop(Runnable action) {
        onStop = action;
        if (requested.get()) {
            action.run();
        }
    }

    @Override
    public void close() {
        for (int i = 0; i < signals.length; i++) {
            Signal.handle(signals[i], previous[i]);
        }
    }
}
