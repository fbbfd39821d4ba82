package dev.lockstep.spark;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.cluster.storage.LeaseWitness;
import dev.lockstep.cluster.storage.RunDirectory;
import dev.lockstep.core.checkpoint.CheckpointManager;
import dev.lockstep.core.checkpoint.CheckpointStorage;
import dev.lockstep.core.checkpoint.ModelArchive;
import dev.lockstep.core.checkpoint.RetryPolicy;
import dev.lockstep.core.checkpoint.SavedModel;
import dev.lockstep.core.collective.AttemptEndedException;
import dev.lockstep.core.collective.Membership;
import dev.lockstep.core.config.JobConfig;
import dev.lockstep.core.config.JobFile;
import dev.lockstep.core.data.PackedManifest;
import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import dev.lockstep.core.model.Device;
import dev.lockstep.core.model.ModelReplica;
import dev.lockstep.core.model.ModelReplicas;
import dev.lockstep.core.model.NetworkPlan;
import dev.lockstep.core.train.BestModel;
import dev.lockstep.core.train.InitialParameters;
import dev.lockstep.core.train.ParametersHash;
import dev.lockstep.core.train.Trainer;
import dev.lockstep.core.train.TrainingData;
import dev.lockstep.core.train.TrainingOutcome;
import dev.lockstep.core.train.TrainingOutcome.Status;
import dev.lockstep.core.train.TrainingSetup;
import dev.lockstep.core.train.WorkerReplicas;
import dev.lockstep.spark.WorkerReport.Ending;
import dev.lockstep.spark.chaos.InjectedFaults;
import dev.lockstep.spark.data.DatasetRole;
import dev.lockstep.spark.data.HadoopFiles;
import dev.lockstep.spark.data.PreparedData;
import dev.lockstep.spark.data.WorkerData;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.Function2;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One worker: a Spark task that lives as long as the training. Its rank is its partition, so a task that Spark runs again
 * takes its old place. It carries its orders as JSON and gives a report as JSON; a failure is a report too, because the
 * driver, not Spark, decides whether to try again.
 */
final class WorkerTask implements Function2<Integer, Iterator<Integer>, Iterator<String>> {
    private static final long serialVersionUID = 1L;
    /** What Spark calls the executor that is the driver itself, in local mode. */
    private static final String DRIVER = "driver";

    private static final Logger LOG = LoggerFactory.getLogger(WorkerTask.class);

    private final String specJson;

    WorkerTask(String specJson) {
        this.specJson = specJson;
    }

    @Override
    public Iterator<String> call(Integer partition, Iterator<Integer> ranks) {
        int rank = ranks.next();
        return List.of(work(WorkerSpec.fromJson(specJson), rank).toJson()).iterator();
    }

    private static WorkerReport work(WorkerSpec spec, int rank) {
        int taskAttempt = TaskContext.get().attemptNumber();
        InjectedFaults faults = InjectedFaults.of(spec.faults(), rank, taskAttempt);
        try (Membership membership =
                faults.over(Memberships.join(spec, JobFile.fromJson(spec.jobJson()), rank, taskAttempt))) {
            try {
                membership.publish(startedEvent());
                return train(spec, membership, faults);
            } catch (AttemptEndedException ended) {
                throw ended;
            } catch (Exception | LinkageError | OutOfMemoryError failure) {
                // Too little memory is not left to Spark: it would end the process, in local mode the driver's, and
                // try again for ever. Said before the membership closes: the others end with a reason instead of
                // waiting for this rank.
                membership.publish(failureEvent(failure));
                return failed(rank, failure);
            }
        } catch (AttemptEndedException ended) {
            if (ended.onlyThisWorker()) {
                // A report would be the end of this task, and the others would wait for its rank in vain.
                pause();
                throw ended;
            }
            return new WorkerReport(rank, Ending.ATTEMPT_ENDED, -1, null, null, ended.getMessage(), null, null);
        } catch (RuntimeException failure) {
            return failed(rank, failure);
        }
    }

    /** Spark starts the task again at once: whoever cannot reach the driver must not try a thousand times a second. */
    private static void pause() {
        try {
            TimeUnit.SECONDS.sleep(1);
        } catch (InterruptedException cancelled) {
            Thread.currentThread().interrupt();
        }
    }

    private static WorkerReport train(WorkerSpec spec, Membership membership, InjectedFaults faults)
            throws IOException {
        RuntimeRequirements.requirePlatform();
        JobConfig job = JobFile.fromJson(spec.jobJson());
        Configuration configuration = HadoopFiles.configuration();
        Path dataDirectory = new Path(spec.dataDirectory());
        PatientReading reading = new PatientReading(
                RetryPolicy.of(job.checkpoint()), why -> membership.publish(waitingEvent(membership.rank(), why)));
        PackedManifest manifest =
                reading.of(() -> PreparedData.manifest(dataDirectory, DatasetRole.TRAIN, configuration));
        NetworkPlan plan = WorkerData.network(job, manifest);
        CheckpointStorage storage = faults.over(RunDirectory.storageAt(spec.checkpointDirectory(), configuration));
        Device device = DeviceSelector.select(TaskContext.get().resourcesJMap());
        try (TrainingData data = reading.of(
                        () -> WorkerData.open(job, plan, dataDirectory, manifest, spec.hasTest(), configuration));
                ModelReplica replica = WorkerReplicas.create(
                        job, spec.workers(), capacity -> ModelReplicas.create(plan, capacity, spec.threads(), device));
                CheckpointManager checkpoints = new CheckpointManager(
                        storage,
                        job.checkpoint(),
                        fencing(spec, configuration),
                        spec.runId(),
                        event -> membership.publish(CheckpointNews.of(event).toString()));
                WorkerLedger ledger = WorkerLedger.of(
                        job,
                        spec,
                        membership,
                        data.trainIndices(),
                        TaskContext.get().attemptNumber(),
                        configuration)) {
            tellWhatComputes(membership.rank(), spec, replica);
            if (membership.rank() == 0) {
                membership.publish(
                        WorkerData.splits(plan, manifest, data).event().toString());
            }
            InitialWeights weights = spec.initialWeights();
            Trainer trainer = new Trainer(new TrainingSetup(
                    job,
                    data,
                    replica,
                    membership,
                    checkpoints,
                    weights == null ? InitialParameters.DRAWN : weights.parameters(configuration),
                    ledger.notes()));
            TrainingOutcome outcome = trainer.run();
            if (outcome.status() == Status.COMPLETED && membership.rank() == 0) {
                writeModel(spec, manifest, outcome, configuration);
            }
            return new WorkerReport(
                    membership.rank(),
                    outcome.status() == Status.COMPLETED ? Ending.COMPLETED : Ending.STOPPED,
                    outcome.step(),
                    outcome.parametersSha256(),
                    null,
                    null,
                    null,
                    replica.description());
        }
    }

    /** In the log of every executor; of the workers in one local process, which are all alike, one tells it. */
    private static void tellWhatComputes(int rank, WorkerSpec spec, ModelReplica replica) {
        if (!DRIVER.equals(SparkEnv.get().executorId())) {
            LOG.info("Rank {} of {} computes with {}", rank, spec.workers(), replica.description());
        } else if (rank == 0) {
            LOG.info(
                    "{} in this process with {}",
                    spec.workers() == 1 ? "1 worker" : spec.workers() + " workers",
                    replica.description());
        }
    }

    /** The parameters go from this worker to the run directory, never through the driver. */
    private static void writeModel(
            WorkerSpec spec, PackedManifest manifest, TrainingOutcome outcome, Configuration configuration)
            throws IOException {
        writeModel(
                spec, manifest, ModelArchive.DIRECTORY, outcome.parameters(), outcome.parametersStep(), configuration);
        BestModel best = outcome.best();
        if (best != null) {
            writeModel(spec, manifest, ModelArchive.BEST_DIRECTORY, best.parameters(), best.step(), configuration);
        }
    }

    private static void writeModel(
            WorkerSpec spec,
            PackedManifest manifest,
            String directory,
            float[] parameters,
            long step,
            Configuration configuration)
            throws IOException {
        JobConfig job = JobFile.fromJson(spec.jobJson());
        ObjectNode description = ModelDescription.of(job, manifest, ParametersHash.sha256(parameters));
        PatientWriting.model(
                RetryPolicy.of(job.checkpoint()),
                new ModelArchive(RunDirectory.storageAt(spec.runDirectory(), configuration), directory),
                spec.runDirectory() + "/" + directory,
                new SavedModel(step, description, parameters),
                spec.runId(),
                fencing(spec, configuration));
    }

    /** The driver holds the lease; who writes looks for himself whether it still does. */
    private static LongSupplier fencing(WorkerSpec spec, Configuration configuration) {
        return LeaseWitness.of(spec.runDirectory(), spec.leaseId(), spec.fencingNumber(), configuration);
    }

    private static String startedEvent() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("event", RunJournal.WORKER_STARTED);
        json.put("executor", SparkEnv.get().executorId());
        json.put("host", SparkEnv.get().blockManager().blockManagerId().host());
        return json.toString();
    }

    /** The others wait for this worker: people have to see for what. */
    private static String waitingEvent(int rank, String reason) {
        LOG.warn("Rank {} cannot begin: {}", rank, reason);
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("event", "worker_waits");
        json.put("rank", rank);
        json.put("reason", reason);
        return json.toString();
    }

    private static String failureEvent(Throwable failure) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("event", RunJournal.WORKER_FAILED);
        json.put("message", message(failure));
        return json.toString();
    }

    private static WorkerReport failed(int rank, Throwable failure) {
        ExitCode code = failure instanceof LockstepException known ? known.exitCode() : ExitCode.CLUSTER;
        StringWriter trace = new StringWriter();
        failure.printStackTrace(new PrintWriter(trace));
        LOG.debug("Rank {} failed", rank, failure);
        return new WorkerReport(
                rank,
                code == ExitCode.CLUSTER ? Ending.FAILED : Ending.FAILED_FOR_GOOD,
                -1,
                null,
                code,
                message(failure),
                trace.toString(),
                null);
    }

    private static String message(Throwable failure) {
        if (failure instanceof OutOfMemoryError error) {
            return MemoryAdvice.of(
                    error,
                    DRIVER.equals(SparkEnv.get().executorId()),
                    Runtime.getRuntime().maxMemory());
        }
        return failure instanceof LockstepException ? String.valueOf(failure.getMessage()) : failure.toString();
    }
}
