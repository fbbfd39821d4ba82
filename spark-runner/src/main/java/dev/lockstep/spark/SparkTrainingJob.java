package dev.lockstep.spark;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.core.collective.RunCoordinator;
import dev.lockstep.core.config.JobConfig;
import dev.lockstep.core.config.JobFile;
import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import dev.lockstep.core.model.NetworkPlan;
import dev.lockstep.core.train.TrainingOutcome.Status;
import dev.lockstep.spark.WorkerReport.Ending;
import dev.lockstep.spark.data.HadoopFiles;
import dev.lockstep.spark.data.PreparedData;
import dev.lockstep.spark.data.WorkerData;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The driver of one run: packs the data, starts attempts until the training is done or the restart budget is spent, and
 * writes the result whatever the end.
 */
final class SparkTrainingJob {
    private static final Logger LOG = LoggerFactory.getLogger(SparkTrainingJob.class);

    private final JobConfig job;
    private final TrainingRun run;
    private final JavaSparkContext spark;
    private final int workers;
    private final LongSupplier lease;
    private final StopSignals signals;
    private final Consumer<ObjectNode> display;
    private final long startedNanos = System.nanoTime();
    private int restarts;
    private int rejoins;

    /**
     * @param lease the fencing number; throws when the lease is lost
     * @param display takes every event
     */
    SparkTrainingJob(
            JobConfig job,
            TrainingRun run,
            JavaSparkContext spark,
            int workers,
            LongSupplier lease,
            StopSignals signals,
            Consumer<ObjectNode> display) {
        this.job = job;
        this.run = run;
        this.spark = spark;
        this.workers = workers;
        this.lease = lease;
        this.signals = signals;
        this.display = display;
    }

    /** Trains; the result has been written when it returns or throws. */
    ObjectNode train() {
        return run.withJournal(workers, display, this::train);
    }

    private ObjectNode train(RunJournal journal) {
        int parameters = 0;
        try {
            Path dataDirectory =
                    HadoopFiles.qualify(run.directory().resolve(TrainingRun.DATA), HadoopFiles.configuration());
            PreparedData data = PreparedData.prepare(spark, job.data(), dataDirectory, workers);
            NetworkPlan plan = WorkerData.network(job, data.train());
            if (data.test() != null) {
                WorkerData.requireTest(plan, data.test());
            }
            parameters = plan.parameterCount();
            warnOfEmptySlices();
            List<WorkerReport> reports = attempts(journal, data);
            return write(result(reports, journal).model(steps(reports), parameters, hash(reports)));
        } catch (RuntimeException failure) {
            boolean diverged = failure instanceof LockstepException known && known.exitCode() == ExitCode.DIVERGED;
            write(new RunResult(diverged ? "diverged" : "failed", job, run.runId(), workers, spark.master())
                    .error(failure instanceof LockstepException ? failure.getMessage() : failure.toString())
                    .figures(journal)
                    .model(run.resumeStep(), parameters, null)
                    .places(run.checkpointLocation(), null));
            throw failure;
        }
    }

    private void warnOfEmptySlices() {
        if (workers > job.training().batchSize()) {
            LOG.warn(
                    "{} workers share batches of {} samples: some have nothing to do in any step; raise"
                            + " training.batch_size or use fewer workers",
                    workers,
                    job.training().batchSize());
        }
    }

    private List<WorkerReport> attempts(RunJournal journal, PreparedData data) {
        while (true) {
            LockstepException failure;
            try {
                List<WorkerReport> reports = attempt(journal, data);
                failure = failureOf(reports);
                if (failure == null) {
                    return reports;
                }
            } catch (LockstepException attemptFailure) {
                failure = attemptFailure;
            }
            if (failure.exitCode() != ExitCode.CLUSTER || signals.requested()) {
                throw failure;
            }
            if (restarts >= job.cluster().restarts()) {
                throw new LockstepException(
                        ExitCode.CLUSTER,
                        failure.getMessage() + "\nThe restart budget is spent (cluster.restarts: "
                                + job.cluster().restarts() + "); the same command continues from the last checkpoint",
                        failure);
            }
            restarts++;
            journal.keep(restartEvent(failure.getMessage()));
        }
    }

    private ObjectNode restartEvent(@Nullable String reason) {
        ObjectNode event = JsonNodeFactory.instance.objectNode();
        event.put("event", "restart");
        event.put("restarts", restarts);
        event.put("of", job.cluster().restarts());
        event.put("reason", reason);
        return event;
    }

    private List<WorkerReport> attempt(RunJournal journal, PreparedData data) {
        long fencingNumber = lease.getAsLong();
        String attemptId = run.runId() + "-" + fencingNumber + "-" + restarts;
        String secret = AttemptSecret.create();
        byte[] secretBytes = AttemptSecret.resolve(secret, attemptId, fencingNumber);
        try (RunCoordinator coordinator =
                Memberships.coordinator(job, spark.getConf(), attemptId, workers, secretBytes, journal)) {
            journal.onWorkerFailure(coordinator::end);
            signals.onStop(coordinator::requestStop);
            WorkerSpec spec = new WorkerSpec(
                    attemptId,
                    run.directory().location(),
                    run.checkpointLocation(),
                    data.directory().toString(),
                    data.test() != null,
                    JobFile.toJson(job).toString(),
                    workers,
                    coordinator.address(),
                    secret,
                    Memberships.encryptData(spark.getConf()),
                    fencingNumber,
                    spark.getConf().getInt("spark.task.cpus", 1));
            try {
                return new TrainingAttempt(
                                spark, coordinator, journal, spec, job.cluster().joinSeconds(), lease)
                        .run();
            } finally {
                rejoins += coordinator.rejoins();
            }
        }
    }

    /** Why an attempt has to be repeated or given up; null when all workers did what was asked. */
    private @Nullable LockstepException failureOf(List<WorkerReport> reports) {
        for (Ending ending : List.of(Ending.FAILED_FOR_GOOD, Ending.FAILED, Ending.ATTEMPT_ENDED)) {
            for (WorkerReport report : reports) {
                if (report.ending() == ending) {
                    LOG.debug("Rank {}: {}", report.rank(), report.stackTrace());
                    ExitCode code = report.exitCode() == null ? ExitCode.CLUSTER : report.exitCode();
                    return new LockstepException(
                            code, report.message() == null ? "rank " + report.rank() : report.message());
                }
            }
        }
        return null;
    }

    private RunResult result(List<WorkerReport> reports, RunJournal journal) {
        Status status = reports.stream().allMatch(report -> report.ending() == Ending.COMPLETED)
                ? Status.COMPLETED
                : Status.STOPPED;
        String model = status == Status.COMPLETED ? run.directory().resolve("model") : null;
        return new RunResult(status.name().toLowerCase(Locale.ROOT), job, run.runId(), workers, spark.master())
                .figures(journal)
                .places(run.checkpointLocation(), model);
    }

    private ObjectNode write(RunResult result) {
        ObjectNode json = result.course(rejoins, restarts, (System.nanoTime() - startedNanos) / 1e9)
                .json();
        run.writeResult(json);
        return json;
    }

    private static long steps(List<WorkerReport> reports) {
        return reports.stream().mapToLong(WorkerReport::step).max().orElse(0);
    }

    private static @Nullable String hash(List<WorkerReport> reports) {
        List<String> hashes = reports.stream()
                .map(WorkerReport::parametersSha256)
                .filter(java.util.Objects::nonNull)
                .distinct()
                .toList();
        if (hashes.size() > 1) {
            throw new LockstepException(
                    ExitCode.CLUSTER,
                    "the workers ended with different parameters " + hashes
                            + ": the network or memory of a host is not to be trusted");
        }
        return hashes.isEmpty() ? null : hashes.get(0);
    }
}
