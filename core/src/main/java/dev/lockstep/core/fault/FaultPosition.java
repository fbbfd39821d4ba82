package dev.lockstep.core.fault;

/** How far a worker is; one thread's. */
final class FaultPosition {
    private final FaultTrigger trigger;
    private long step;
    private int calls;
    private int broadcasts;

    FaultPosition(FaultTrigger trigger) {
        this.trigger = trigger;
    }

    void joins(long lastAppliedStep) {
        step = Math.max(0, lastAppliedStep);
        calls = 0;
        broadcasts = 0;
        trigger.reached(new Moment(step, Phase.JOIN, 0));
    }

    void computed() {
        step++;
        calls = 0;
        trigger.reached(new Moment(step, Phase.COMPUTE, 0));
    }

    void broadcasts() {
        trigger.reached(new Moment(step, Phase.STATE, broadcasts++));
    }

    /** The first thing that passes in a meeting is the position, and of it the step. */
    void received(double[] values) {
        if (broadcasts == 1 && values.length > 0) {
            step = (long) values[0];
        }
    }

    void calls() {
        trigger.reached(new Moment(step, Phase.EXCHANGE, calls));
    }

    void called() {
        trigger.reached(new Moment(step, Phase.APPLY, calls++));
    }
}
