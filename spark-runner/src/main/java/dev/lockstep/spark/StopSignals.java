package dev.lockstep.spark;

import dev.lockstep.core.error.ExitCode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntConsumer;
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
    private final IntConsumer halt;
    private final List<Signal> signals;
    private final List<SignalHandler> previous = new ArrayList<>();
    private volatile Runnable onStop = () -> {};
    private volatile long requestedNanos;

    StopSignals() {
        this(Runtime.getRuntime()::halt);
    }

    /** @param halt ends the process with an exit code, at once */
    StopSignals(IntConsumer halt) {
        this(halt, List.of(new Signal("TERM"), new Signal("INT")));
    }

    private StopSignals(IntConsumer halt, List<Signal> signals) {
        this.halt = halt;
        this.signals = signals;
        for (Signal signal : signals) {
            previous.add(Signal.handle(signal, this::received));
        }
    }

    /** Hears of no signal: what a signal does to a process that is not Lockstep's is not Lockstep's to say. */
    static StopSignals ofAnotherProgram() {
        return new StopSignals(Runtime.getRuntime()::halt, List.of());
    }

    private void received(Signal signal) {
        if (requestedNanos == 0) {
            requestedNanos = System.nanoTime();
        }
        if (!requested.compareAndSet(false, true)) {
            halt.accept(KILLED_BY_SIGNAL + signal.getNumber());
            return;
        }
        LOG.info("SIG{} received: stopping at the next step boundary; once more ends the process", signal.getName());
        onStop.run();
    }

    /** Whether a stop was requested. */
    boolean requested() {
        return requested.get();
    }

    /** How long ago a stop was requested; negative while it was not. */
    double secondsSinceRequest() {
        return requested() ? (System.nanoTime() - requestedNanos) / 1e9 : -1;
    }

    /** What to do at a request where there is nothing to keep yet: ends the process as a stopped one. */
    static void exitSoon() {
        // From a thread of its own: a second signal shall find its handler free.
        Thread exit = new Thread(() -> System.exit(ExitCode.STOPPED.number()), "lockstep-stop");
        exit.setDaemon(true);
        exit.start();
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
        for (int i = 0; i < previous.size(); i++) {
            Signal.handle(signals.get(i), previous.get(i));
        }
    }
}
