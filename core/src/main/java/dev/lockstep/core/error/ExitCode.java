package dev.lockstep.core.error;

/** How a command ends, for cron and scripts. The numbers are part of the public interface. */
public enum ExitCode {
    /** The command did what was asked. */
    COMPLETED(0),
    /** A mistake in the command line or the job file. */
    USAGE(2),
    /** The data is missing, unreadable or does not fit. */
    DATA(3),
    /** A model or checkpoint is missing, damaged or does not fit. */
    MODEL(4),
    /** The cluster, the network or a worker failed beyond the restart budget. */
    CLUSTER(5),
    /** The loss or a gradient became NaN or infinite. */
    DIVERGED(6),
    /** Stopped on request; the same command resumes. */
    STOPPED(7),
    /** Of a pipeline: the new model is not good enough to be published. */
    REFUSED(8),
    /** Of a pipeline: the data of the day has not come in time. */
    NO_DATA(9),
    /** Of a pipeline: it is running already. */
    LOCKED(10);

    private final int number;

    ExitCode(int number) {
        this.number = number;
    }

    /** The process exit status. */
    public int number() {
        return number;
    }
}
