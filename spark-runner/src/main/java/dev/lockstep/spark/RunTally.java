package dev.lockstep.spark;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.core.checkpoint.RetryPolicy;
import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import dev.lockstep.spark.watch.Application;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/**
 * What the driver counts while a run lasts: its time, the workers that came back, and the restarts against their
 * budget. It ends in the run's result, whatever the end.
 */
final class RunTally {
    private static final String STOPPED = "stopped";

    private final RunContext context;
    private final long startedNanos = System.nanoTime();
    private int restarts;
    private int rejoins;

    RunTally(RunContext context) {
        this.context = context;
    }

    /** How often something was tried again. */
    int restarts() {
        return restarts;
    }

    /** Adds workers that came back to an attempt. */
    void addRejoins(int count) {
        rejoins += count;
    }

    /** What the attempt under way is, for Spark's pages. */
    String attempt(int workers) {
        int epochs = context.job().training().epochs();
        return "training " + context.job().name() + ", " + epochs + (epochs == 1 ? " epoch, " : " epochs, ") + workers
                + (workers == 1 ? " worker" : " workers") + (restarts == 0 ? "" : ", restart " + restarts);
    }

    /** Whether nothing may be tried again. */
    boolean budgetIsSpent() {
        return restarts >= context.job().cluster().restarts();
    }

    /** The end of a run without a restart left. */
    LockstepException outOfRestarts(@Nullable String reason, LockstepException failure) {
        return new LockstepException(
                ExitCode.CLUSTER,
                reason + "\nThe restart budget is spent (cluster.restarts: "
                        + context.job().cluster().restarts() + "); the same command continues from the last checkpoint",
                failure);
    }

    /** Counts a restart and keeps it in the journal. */
    void restart(@Nullable String reason, RunJournal journal) {
        restarts++;
        ObjectNode event = JsonNodeFactory.instance.objectNode();
        event.put("event", "restart");
        event.put("restarts", restarts);
        event.put("of", context.job().cluster().restarts());
        event.put("reason", reason);
        journal.keep(event);
    }

    /** The beginning of a result: the run and the figures that the journal heard. */
    RunResult result(String status, RunJournal journal) {
        return new RunResult(
                        status,
                        context.job(),
                        context.run().runId(),
                        journal.attendance().workers(),
                        context.spark().master())
                .figures(journal);
    }

    /**
     * Writes the result of a run that failed, or was stopped before it came to a step boundary.
     *
     * @param parameters of the model; 0 when it had not come to that
     */
    void writeFailure(Exception failure, RunJournal journal, int parameters) {
        String status = status(failure);
        String error = failure instanceof LockstepException ? failure.getMessage() : failure.toString();
        long kept = Math.max(context.run().resumeStep(), journal.keptStep());
        RunResult result = result(status, journal)
                .error(status.equals(STOPPED) ? null : error)
                .model(kept, parameters, null);
        try {
            write(result, null, PatientWriting.AT_THE_END);
        } catch (UncheckedIOException notWritten) {
            // What made the run fail is what a person has to know.
            failure.addSuppressed(notWritten);
        }
    }

    private static String status(Exception failure) {
        if (failure instanceof LockstepException known) {
            return switch (known.exitCode()) {
                case DIVERGED -> "diverged";
                case STOPPED -> STOPPED;
                default -> "failed";
            };
        }
        return "failed";
    }

    /**
     * Writes result.json.
     *
     * @param model where the model is; null where there is none
     * @return what was written
     */
    ObjectNode write(RunResult result, @Nullable String model) {
        return write(result, model, RetryPolicy.of(context.job().checkpoint()));
    }

    private ObjectNode write(RunResult result, @Nullable String model, RetryPolicy retries) {
        double seconds = (System.nanoTime() - startedNanos) / 1e9;
        ObjectNode json = result.places(context.run().checkpointLocation(), model)
                .course(rejoins, restarts, seconds)
                .json();
        Application.of(context.spark()).addTo(json);
        context.run().writeResult(json, retries);
        return json;
    }
}
