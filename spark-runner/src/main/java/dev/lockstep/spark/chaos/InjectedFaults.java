package dev.lockstep.spark.chaos;

import dev.lockstep.core.checkpoint.CheckpointStorage;
import dev.lockstep.core.collective.Membership;
import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import dev.lockstep.core.fault.FaultSchedule;
import dev.lockstep.core.fault.FaultTrigger;
import dev.lockstep.core.fault.FaultyMembership;
import dev.lockstep.core.fault.FaultyStorage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The faults of one worker of a run; without a schedule, which is the rule, everything passes through untouched. */
public final class InjectedFaults {
    /** Holds a {@link FaultSchedule} as JSON, in the driver's environment. */
    public static final String VARIABLE = "LOCKSTEP_TEST_FAULTS";

    private static final Logger LOG = LoggerFactory.getLogger(InjectedFaults.class);

    private final @Nullable FaultTrigger trigger;

    private InjectedFaults(@Nullable FaultTrigger trigger) {
        this.trigger = trigger;
    }

    /**
     * What the workers of the first attempt are told; null in every run that is no test.
     *
     * @param local whether the workers are threads of the driver, whose process no fault may end
     * @throws LockstepException when the variable holds something else than a schedule, or nothing can be brought about
     */
    public static @Nullable String requested(boolean local) {
        return requested(System.getenv(VARIABLE), local);
    }

    /** The same of what the variable holds. */
    static @Nullable String requested(@Nullable String json, boolean local) {
        if (json == null || json.isEmpty()) {
            return null;
        }
        try {
            LOG.warn("This run is a test: faults are brought about on purpose: {}", FaultSchedule.fromJson(json));
        } catch (IllegalArgumentException notASchedule) {
            throw new LockstepException(
                    ExitCode.USAGE,
                    VARIABLE + ": " + notASchedule.getMessage() + "; it is set by scripts/chaos alone: unset it",
                    notASchedule);
        }
        if (local) {
            throw new LockstepException(
                    ExitCode.USAGE,
                    VARIABLE
                            + ": expected workers in processes of their own, such as --master 'local-cluster[2,1,1024]',"
                            + " found local mode");
        }
        return json;
    }

    /**
     * The faults of a worker.
     *
     * @param json of the schedule, or null for none
     * @param life how many tasks of this rank there were before
     */
    public static InjectedFaults of(@Nullable String json, int rank, int life) {
        return new InjectedFaults(
                json == null
                        ? null
                        : new FaultTrigger(FaultSchedule.fromJson(json).of(rank, life), new ProcessFaults()));
    }

    /** The membership, watched. */
    public Membership over(Membership actual) {
        return trigger == null ? actual : new FaultyMembership(actual, trigger);
    }

    /** The storage, watched. */
    public CheckpointStorage over(CheckpointStorage actual) {
        return trigger == null ? actual : new FaultyStorage(actual, trigger);
    }
}
