package dev.lockstep.spark;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.core.collective.RunCoordinator;
import dev.lockstep.core.config.JobConfig;
import dev.lockstep.core.config.KeptJob;
import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import dev.lockstep.core.model.NetworkPlan;
import dev.lockstep.core.train.TrainingOutcome.Status;
import dev.lockstep.spark.WorkerReport.Ending;
import dev.lockstep.spark.chaos.InjectedFaults;
import dev.lockstep.spark.data.PreparedData;
import dev.lockstep.spark.data.WorkerData;
import dev.lockstep.spark.watch.JobDescription;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.apache.spark.SparkConf;
import org.apache.spark.scheduler.SparkListener;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The driver of one run: packs the data, starts attempts until the training is done or the restart budget is spent, and
 * writes the result whatever the end.
 */
final class SparkTrainingJob {
    private static final Logger LOG = LoggerFactory.getLogger(SparkTrainingJob.class);

    private final RunContext context;
    private final JobConfig job;
    private final RunTally tally;
    private final Staffing staffing;
    private @Nullable InitialWeights initialWeights;

    SparkTrainingJob(RunContext context) {
        this.context = context;
        this.job = context.job();
        this.tally = new RunTally(context);
        this.staffing = new Staffing(
                context.workers(),
                context.workersAsked(),
                new ExecutorSlots(context.spark()),
                job.cluster().joinSeconds());
    }

    /** Trains; the result has been written when it returns or throws. */
    ObjectNode train() {
        return context.watched(this::train);
    }

    private ObjectNode train(RunJournal journal) {
        int parameters = 0;
        SparkListener losses = new ExecutorLosses(context.spark().getConf(), journal.attendance()::executorLost);
        context.spark().sc().addSparkListener(losses);
        try {
            Memberships.tellConfidentiality(context.spark().getConf());
            PreparedData data = context.prepareData();
            NetworkPlan plan = WorkerData.network(job, data.train());
            if (data.test() != null) {
                WorkerData.requireTest(plan, data.test());
            }
            parameters = plan.parameterCount();
            context.requireMemory(plan, data);
            BatchChecks checks = new BatchChecks(job, context.workers());
            checks.requireMoments(plan);
            checks.warn(data.trainCount(job.data()));
            initialWeights = context.initialWeights(plan);
            return writeSuccess(attempts(journal, data), journal, parameters);
        } catch (RuntimeException failure) {
            tally.writeFailure(failure, journal, parameters);
            throw failure;
        } finally {
            context.spark().sc().removeSparkListener(losses);
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
            prepareAnother(failure, journal);
        }
    }

    /** Throws when no attempt is to follow the failed one. */
    private void prepareAnother(LockstepException attemptFailure, RunJournal journal) {
        if (attemptFailure.exitCode() != ExitCode.CLUSTER) {
            throw attemptFailure;
        }
        if (context.signals().requested()) {
            throw stopped(attemptFailure);
        }
        LockstepException failure =
                explained(attemptFailure, journal.attendance().lastLoss());
        if (tally.budgetIsSpent()) {
            throw tally.outOfRestarts(failure.getMessage(), failure);
        }
        staffing.next(journal.attendance().incompleteSeconds(), failure);
        tally.restart(failure.getMessage(), journal);
    }

    private static LockstepException stopped(LockstepException cause) {
        return new LockstepException(
                ExitCode.STOPPED, "stopped on request; the same command continues. " + cause.getMessage(), cause);
    }

    /** With what the cluster says of the last executor that was lost: often the reason of all that followed. */
    private static LockstepException explained(LockstepException failure, @Nullable ExecutorLoss loss) {
        return loss == null
                ? failure
                : new LockstepException(
                        failure.exitCode(), failure.getMessage() + "\nThe last loss was " + loss.describe(), failure);
    }

    private List<WorkerReport> attempt(RunJournal journal, PreparedData data) {
        TrainingRun run = context.run();
        SparkConf configuration = context.spark().getConf();
        long fencingNumber = context.fencingNumber();
        String attemptId = run.runId() + "-" + fencingNumber + "-" + tally.restarts();
        String secret = AttemptSecret.create();
        byte[] secretBytes = AttemptSecret.resolve(secret, attemptId, fencingNumber);
        int workers = staffing.workers();
        try (RunCoordinator coordinator =
                Memberships.coordinator(job, configuration, attemptId, workers, secretBytes, journal)) {
            journal.onWorkerFailure(coordinator::end);
            context.signals().onStop(coordinator::requestStop);
            WorkerSpec spec = new WorkerSpec(
                    attemptId,
                    run.directory().location(),
                    run.checkpointLocation(),
                    data.directory().toString(),
                    data.test() != null,
                    KeptJob.json(job, System.getenv()).toString(),
                    workers,
                    coordinator.address(),
                    secret,
                    Memberships.encryptData(configuration),
                    fencingNumber,
                    configuration.getInt("spark.task.cpus", 1),
                    initialWeights,
                    context.leaseId(),
                    tally.restarts() > 0
                            ? null
                            : InjectedFaults.requested(WorkerCount.isLocal(configuration.get("spark.master"))));
            TrainingAttempt attempt = new TrainingAttempt(
                    context.spark(),
                    coordinator,
                    journal,
                    spec,
                    new Patience(job.cluster().joinSeconds()),
                    context.signals()::secondsSinceRequest,
                    context.lease());
            try {
                return JobDescription.during(context.spark(), tally.attempt(workers), attempt::run);
            } finally {
                tally.addRejoins(coordinator.rejoins());
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

    private ObjectNode writeSuccess(List<WorkerReport> reports, RunJournal journal, int parameters) {
        boolean completed = reports.stream().allMatch(report -> report.ending() == Ending.COMPLETED);
        Status status = completed ? Status.COMPLETED : Status.STOPPED;
        return tally.write(
                tally.result(status.name().toLowerCase(Locale.ROOT), journal)
                        .model(steps(reports), parameters, hash(reports)),
                completed ? context.run().directory().resolve("model") : null);
    }

    private static long steps(List<WorkerReport> reports) {
        return reports.stream().mapToLong(WorkerReport::step).max().orElse(0);
    }

    private static @Nullable String hash(List<WorkerReport> reports) {
        List<String> hashes = reports.stream()
                .map(WorkerReport::parametersSha256)
                .filter(Objects::nonNull)
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
