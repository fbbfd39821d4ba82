package dev.lockstep.spark.submit;

import java.util.function.Consumer;
import sun.misc.Signal;
import sun.misc.SignalHandler;

/**
 * What SIGTERM and SIGINT mean to somebody who waits. A driver in this terminal is to stop at a step boundary, once; one
 * in the cluster goes on, and only the waiting ends.
 */
final class SubmitterSignals implements AutoCloseable {
    private static final int KILLED_BY_SIGNAL = 128;

    private final Signal[] signals = {new Signal("TERM"), new Signal("INT")};
    private final SignalHandler[] previous = new SignalHandler[signals.length];

    private SubmitterSignals(Consumer<Signal> handler) {
        for (int i = 0; i < signals.length; i++) {
            previous[i] = Signal.handle(signals[i], handler::accept);
        }
    }

    /**
     * To a driver that is a child of this process. A terminal sends SIGINT to all of its processes itself: once more
     * would end the driver without its checkpoint.
     */
    @SuppressWarnings("SystemConsoleNull") // Java 17, as the build requires
    static SubmitterSignals passedOn(ChildProcesses.Child child) {
        boolean fromTerminal = System.console() != null;
        return new SubmitterSignals(signal -> {
            if (!(fromTerminal && signal.getName().equals("INT"))) {
                child.terminate();
            }
        });
    }

    /** The waiting ends, after a word of advice. */
    static SubmitterSignals leavingTheRun(Runnable advice) {
        return new SubmitterSignals(signal -> {
            advice.run();
            Runtime.getRuntime().halt(KILLED_BY_SIGNAL + signal.getNumber());
        });
    }

    @Override
    public void close() {
        for (int i = 0; i < signals.length; i++) {
            Signal.handle(signals[i], previous[i]);
        }
    }
}
