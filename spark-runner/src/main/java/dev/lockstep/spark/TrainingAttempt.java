package dev.lockstep.spark;

import dev.lockstep.core.collective.RunCoordinator;
import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import org.apache.spark.SparkStageInfo;
import org.apache.spark.api.java.JavaFutureAction;
import org.apache.spark.api.java.JavaSparkContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One ordinary Spark stage with one long-lived task per worker.
 *
 * <p>The stage has no shuffle parent, so a lost executor costs its own task only: Spark runs that task again elsewhere,
 * it joins the coordinator under the same rank and the others go on with it. (A barrier stage would restart every task,
 * or abort the job; see docs/adr.)
 */
final class TrainingAttempt {
    private static final Logger LOG = LoggerFactory.getLogger(TrainingAttempt.class);
    private static final long POLL_MILLIS = 500;

    private static final String STOPPED = "a stop was requested while not all workers were there";

    private final JavaSparkContext spark;
    private final RunCoordinator coordinator;
    private final RunJournal journal;
    private final WorkerSpec spec;
    private final Patience patience;
    private final DoubleSupplier stopSeconds;
    private final LongSupplier lease;

    /**
     * Starts nothing yet.
     *
     * @param stopSeconds since a stop was asked for; negative while it was not
     */
    TrainingAttempt(
            JavaSparkContext spark,
            RunCoordinator coordinator,
            RunJournal journal,
            WorkerSpec spec,
            Patience patience,
            DoubleSupplier stopSeconds,
            LongSupplier lease) {
        this.spark = spark;
        this.coordinator = coordinator;
        this.journal = journal;
        this.spec = spec;
        this.patience = patience;
        this.stopSeconds = stopSeconds;
        this.lease = lease;
    }

    /**
     * Runs the stage to its end.
     *
     * @return a report of every worker
     * @throws LockstepException with {@link ExitCode#CLUSTER} when the stage did not come to an end by itself
     */
    List<WorkerReport> run() {
        journal.attemptStarts(spec.workers());
        journal.onStalledExecutor(this::replaceExecutor);
        // A cancelled stage interrupts its tasks, which look for that between steps and wherever they wait.
        spark.setLocalProperty("spark.job.interruptOnCancel", "true");
        List<Integer> ranks = IntStream.range(0, spec.workers()).boxed().toList();
        JavaFutureAction<List<String>> stage = spark.parallelize(ranks, spec.workers())
                .mapPartitionsWithIndex(new WorkerTask(spec.toJson()), true)
                .collectAsync();
        try {
            return await(stage).stream().map(WorkerReport::fromJson).toList();
        } catch (InterruptedException e) {
            stage.cancel(true);
            Thread.currentThread().interrupt();
            throw new LockstepException(ExitCode.CLUSTER, "the driver was interrupted", e);
        } catch (ExecutionException e) {
            String message =
                    e.getCause() == null ? e.getMessage() : e.getCause().getMessage();
            throw new LockstepException(ExitCode.CLUSTER, "Spark gave the training stage up: " + message, e);
        }
    }

    /** A paused or cut-off process would keep its slot until Spark's own, longer, deadline. */
    private void replaceExecutor(String executor) {
        if (!WorkerCount.isLocal(spark.master())) {
            boolean accepted = spark.sc().killAndReplaceExecutor(executor);
            LOG.info("Executor {} {}", executor, accepted ? "is being replaced" : "could not be replaced");
        }
    }

    private List<String> await(JavaFutureAction<List<String>> stage) throws InterruptedException, ExecutionException {
        long endedNanos = 0;
        String reason = "";
        while (true) {
            try {
                return stage.get(POLL_MILLIS, TimeUnit.MILLISECONDS);
            } catch (TimeoutException stillRunning) {
                requireLease(stage);
            }
            double incomplete = journal.attendance().incompleteSeconds();
            double ended = endedNanos == 0 ? -1 : (System.nanoTime() - endedNanos) / 1e9;
            Patience.Verdict verdict =
                    patience.verdict(incomplete, stopSeconds.getAsDouble(), ended, runningTasks() > 0);
            switch (verdict) {
                case WAIT -> LOG.trace("The training goes on");
                case END_STOPPED, END_INCOMPLETE -> {
                    reason = verdict == Patience.Verdict.END_STOPPED ? STOPPED : missing(incomplete);
                    endedNanos = System.nanoTime();
                    coordinator.end(reason);
                }
                case CANCEL -> {
                    LOG.warn("The workers do not end by themselves: cancelling the stage");
                    stage.cancel(true);
                    throw new LockstepException(ExitCode.CLUSTER, reason);
                }
            }
        }
    }

    /** Another process has taken the run over: nothing of this one may be written any more. */
    private void requireLease(JavaFutureAction<List<String>> stage) {
        try {
            LOG.trace("Still the owner, with fencing number {}", lease.getAsLong());
        } catch (UncheckedIOException uncertain) {
            // Nobody says that it is lost: the file system is away. Training goes on, and who writes asks for himself.
            LOG.debug("The lease could not be confirmed", uncertain);
        } catch (LockstepException lost) {
            coordinator.end(String.valueOf(lost.getMessage()));
            stage.cancel(true);
            throw lost;
        }
    }

    private int runningTasks() {
        return Arrays.stream(spark.statusTracker().getActiveStageIds())
                .mapToObj(spark.statusTracker()::getStageInfo)
                .filter(Objects::nonNull)
                .mapToInt(SparkStageInfo::numActiveTasks)
                .sum();
    }

    private String missing(double seconds) {
        return String.format(
                Locale.ROOT,
                "not all workers came together within %.0f s: need %d, %d tasks are running; are there executors and"
                        + " cores enough, and can they reach the driver? The wait is cluster.join_seconds",
                seconds,
                spec.workers(),
                runningTasks());
    }
}
