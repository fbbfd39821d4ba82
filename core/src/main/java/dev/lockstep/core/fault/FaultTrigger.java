package dev.lockstep.core.fault;

import java.util.ArrayList;
import java.util.List;

/** Compares where a worker is with where its faults are to strike. Safe for several threads: writes have their own. */
public final class FaultTrigger {
    private final List<Fault> waiting;
    private final FaultActions actions;
    private int storageChanges;

    /** @param faults of one rank that are still to come */
    public FaultTrigger(List<Fault> faults, FaultActions actions) {
        this.waiting = new ArrayList<>(faults);
        this.actions = actions;
    }

    /** The worker has come there. */
    void reached(Moment moment) {
        List<Fault> due = new ArrayList<>();
        synchronized (this) {
            waiting.removeIf(fault -> {
                Moment at = fault.at();
                boolean now = at != null && at.isReachedAt(moment);
                return now && due.add(fault);
            });
        }
        due.forEach(actions::strike);
    }

    /** The worker is about to change the storage; what strikes now, if anything. */
    synchronized List<Fault> storageChanges() {
        storageChanges++;
        List<Fault> due = new ArrayList<>();
        for (Fault fault : waiting) {
            boolean fails = fault instanceof Fault.FailWrite write
                    && storageChanges >= write.call()
                    && storageChanges < write.call() + write.times();
            boolean dies = fault instanceof Fault.KillWriter writer && storageChanges == writer.call();
            if (fails || dies) {
                due.add(fault);
            }
        }
        return due;
    }

    void strike(Fault fault) {
        actions.strike(fault);
    }
}
