package dev.lockstep.spark.chaos;

import dev.lockstep.core.fault.Fault;
import dev.lockstep.core.fault.FaultActions;
import java.io.IOException;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings faults about in the process it runs in, as an executor's: it dies, stands still or is slow. */
final class ProcessFaults implements FaultActions {
    private static final Logger LOG = LoggerFactory.getLogger(ProcessFaults.class);

    /** What a process that was killed by SIGKILL shows. */
    private static final int KILLED = 137;

    @Override
    public void strike(Fault fault) {
        LOG.warn("Fault on purpose: {}", fault);
        if (fault instanceof Fault.Kill kill && kill.afterMicroseconds() > 0) {
            Thread killer = new Thread(
                    () -> {
                        sleep(kill.afterMicroseconds(), TimeUnit.MICROSECONDS);
                        halt();
                    },
                    "lockstep-fault");
            killer.setDaemon(true);
            killer.start();
        } else if (fault instanceof Fault.FillMemory fill) {
            MemoryFilling.begin(fill.outsideTheHeap());
        } else if (fault.endsProcess()) {
            halt();
        } else if (fault instanceof Fault.Pause pause) {
            standStill(pause.milliseconds());
        } else if (fault instanceof Fault.Delay delay) {
            sleep(delay.milliseconds(), TimeUnit.MILLISECONDS);
        } else {
            LOG.warn("This fault is not brought about here: {}", fault);
        }
    }

    /** As by SIGKILL: no shutdown hook, no goodbye. */
    private static void halt() {
        Runtime.getRuntime().halt(KILLED);
    }

    /** A process cannot wake itself: another one does. */
    private static void standStill(int milliseconds) {
        String pid = String.valueOf(ProcessHandle.current().pid());
        String seconds = String.format(Locale.ROOT, "%.3f", 1e-3 * milliseconds);
        try {
            new ProcessBuilder("sh", "-c", "kill -STOP $0; sleep $1; kill -CONT $0", pid, seconds).start();
        } catch (IOException noShell) {
            LOG.warn("This process cannot be paused: {}", noShell.toString());
            sleep(milliseconds, TimeUnit.MILLISECONDS);
        }
    }

    private static void sleep(long time, TimeUnit unit) {
        try {
            unit.sleep(time);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
