package dev.lockstep.spark;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.cluster.storage.RunDirectory;
import dev.lockstep.core.checkpoint.CheckpointManager;
import dev.lockstep.core.checkpoint.ModelArchive;
import dev.lockstep.core.checkpoint.SavedModel;
import dev.lockstep.core.config.JobConfig;
import dev.lockstep.core.config.JobFile;
import dev.lockstep.core.data.PackedManifest;
import dev.lockstep.core.data.ShardPlan;
import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import dev.lockstep.core.evaluation.EvaluationTotals;
import dev.lockstep.core.model.ModelReplicas;
import dev.lockstep.core.model.NetworkPlan;
import dev.lockstep.core.sync.DivergedException;
import dev.lockstep.core.sync.TrainingState;
import dev.lockstep.core.train.ParametersHash;
import dev.lockstep.core.train.StateKeeper;
import dev.lockstep.core.train.TrainingData;
import dev.lockstep.core.train.TrainingEvents;
import dev.lockstep.spark.data.DatasetRole;
import dev.lockstep.spark.data.HadoopFiles;
import dev.lockstep.spark.data.PreparedData;
import dev.lockstep.spark.data.WorkerData;
import dev.lockstep.spark.dl4j.ParameterAveragingMaster;
import dev.lockstep.spark.dl4j.ParameterAveragingMaster.Epoch;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The driver of a run in the mode {@code dl4j_spark}: DL4J Spark trains an epoch, Lockstep does the rest. The state is
 * here, on the driver, between two epochs: that is where checkpoints, stops, restarts and resumes happen.
 */
final class Dl4jSparkTraining {
    private static final Logger LOG = LoggerFactory.getLogger(Dl4jSparkTraining.class);

    private final JobConfig job;
    private final TrainingRun run;
    private final JavaSparkContext spark;
    private final int workers;
    private final LongSupplier lease;
    private final StopSignals signals;
    private final Consumer<ObjectNode> display;
    private final long startedNanos = System.nanoTime();
    private int restarts;

    /** What an epoch needs. */
    private record Course(
            PreparedData data,
            NetworkPlan plan,
            boolean validates,
            int stepsPerEpoch,
            ParameterAveragingMaster master,
            TrainingState state,
            StateKeeper keeper,
            TrainingEvents events,
            RunJournal journal) {}

    /**
     * @param lease the fencing number; throws when the lease is lost
     * @param display takes every event
     */
    Dl4jSparkTraining(
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
            Configuration configuration = HadoopFiles.configuration();
            Path directory = HadoopFiles.qualify(run.directory().resolve(TrainingRun.DATA), configuration);
            PreparedData data = PreparedData.prepare(spark, job.data(), directory, workers);
            NetworkPlan plan = WorkerData.network(job, data.train());
            requireNoObjections(plan);
            parameters = plan.parameterCount();
            return train(journal, data, plan, configuration);
        } catch (Exception thrown) { // Scala throws SparkException without declaring it
            LockstepException failure = known(thrown);
            String status = failure.exitCode() == ExitCode.DIVERGED ? "diverged" : "failed";
            write(new RunResult(status, job, run.runId(), workers, spark.master())
                    .error(failure.getMessage())
                    .figures(journal)
                    .model(run.resumeStep(), parameters, null)
                    .places(run.checkpointLocation(), null));
            throw failure;
        }
    }

    /** What a user can be told of a failure: the reason inside it, where that is one of Lockstep's. */
    private static LockstepException known(Exception failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof LockstepException known) {
                return known;
            }
        }
        return new LockstepException(ExitCode.CLUSTER, "DL4J Spark failed: " + failure.getMessage(), failure);
    }

    private void requireNoObjections(NetworkPlan plan) {
        List<String> objections = ParameterAveragingMaster.objections(job, plan, workers);
        if (!objections.isEmpty()) {
            throw new LockstepException(
                    ExitCode.USAGE,
                    "cluster.sync: dl4j_spark cannot do this job:\n  " + String.join("\n  ", objections)
                            + "\nor choose cluster.sync: gradient_sharing or parameter_averaging, which can");
        }
    }

    private ObjectNode train(RunJournal journal, PreparedData data, NetworkPlan plan, Configuration configuration) {
        int trained;
        boolean validates;
        int stepsPerEpoch;
        try (TrainingData samples =
                WorkerData.open(job, plan, data.directory(), data.train(), data.test() != null, configuration)) {
            trained = samples.trainIndices().length;
            validates = samples.validationIndices().length > 0;
            stepsPerEpoch = new ShardPlan(
                            job.seed(), samples.trainIndices(), job.training().batchSize(), workers)
                    .stepsPerEpoch();
        }
        TrainingState state = new TrainingState(
                new float[plan.parameterCount()], job.training().optimizer().stateSlots());
        TrainingEvents events = new TrainingEvents(
                job.training().epochs(), stepsPerEpoch, job.training().metrics());
        ParameterAveragingMaster master =
                new ParameterAveragingMaster(spark, job, plan, data.directory().toString(), workers, trained);
        try (CheckpointManager checkpoints = new CheckpointManager(
                RunDirectory.storageAt(run.checkpointLocation(), configuration),
                job.checkpoint(),
                lease,
                run.runId(),
                event -> journal.keep(CheckpointNews.of(event)))) {
            StateKeeper keeper = new StateKeeper(checkpoints, plan, job.seed(), ModelReplicas.blasKernel(), state);
            Course course = new Course(data, plan, validates, stepsPerEpoch, master, state, keeper, events, journal);
            takeUp(course);
            boolean completed = trainEpochs(course);
            if (completed) {
                finish(course);
            }
            keeper.writeNow();
            return completed ? completed(course, configuration) : stopped(course);
        }
    }

    private static void takeUp(Course course) {
        if (course.keeper().restoreOrInitialise()) {
            publish(course, course.events().resumed(course.state()));
            ObjectNode lastEpoch = course.keeper().lastEpoch();
            if (lastEpoch != null) {
                publish(course, lastEpoch);
            }
        }
    }

    /** Whether all epochs are done; false after a stop. */
    private boolean trainEpochs(Course course) {
        signals.onStop(() -> spark.sc().cancelAllJobs());
        TrainingState state = course.state();
        while (state.epoch() < job.training().epochs()) {
            if (signals.requested()) {
                return false;
            }
            try {
                trainEpoch(course);
            } catch (Exception failure) {
                if (signals.requested()) {
                    LOG.info("Epoch {} is abandoned: DL4J cannot stop within one", state.epoch() + 1);
                    return false;
                }
                restartOrGiveUp(course, failure);
            }
        }
        signals.onStop(() -> {}); // what is left is short
        return true;
    }

    private void trainEpoch(Course course) {
        TrainingState state = course.state();
        // Copies: nothing of an epoch that fails, diverges or is stopped shall be left in the state.
        float[] parameters = state.parameters().clone();
        float[] updaterState = state.optimizerState().clone();
        Epoch epoch = course.master().train(state.epoch(), parameters, updaterState);
        requireFinite(state, epoch, parameters);
        EvaluationTotals validation = course.validates() ? evaluate(course, DatasetRole.TRAIN, parameters) : null;
        System.arraycopy(parameters, 0, state.parameters(), 0, parameters.length);
        System.arraycopy(updaterState, 0, state.optimizerState(), 0, updaterState.length);
        for (int i = 0; i < course.stepsPerEpoch(); i++) {
            state.advanceStep();
        }
        ObjectNode event = course.events()
                .epoch(state, epoch.seconds(), epoch.samples(), epoch.lossSum() / epoch.samples(), validation);
        course.keeper().rememberEpoch(event);
        publish(course, event);
        state.advanceEpoch();
        course.keeper().writeIfDue(true);
    }

    private static void requireFinite(TrainingState state, Epoch epoch, float[] parameters) {
        boolean finite = Double.isFinite(epoch.lossSum());
        for (float parameter : parameters) {
            finite &= Float.isFinite(parameter);
        }
        if (!finite) {
            throw new DivergedException(String.format(
                    Locale.ROOT,
                    "diverged in epoch %d: the loss or a parameter is no longer finite; the state before this epoch is"
                            + " kept. Lower training.optimizer's learning_rate, scale the features (data.scale) or look"
                            + " for wrong values in the data",
                    state.epoch() + 1));
        }
    }

    /** Spark has tried the tasks again already; what is left is to try the epoch again from the state before it. */
    private void restartOrGiveUp(Course course, Exception thrown) {
        LockstepException failure = known(thrown);
        LOG.debug("Epoch {} failed", course.state().epoch() + 1, failure);
        if (failure.exitCode() != ExitCode.CLUSTER) {
            throw failure;
        }
        if (spark.sc().isStopped() || restarts >= job.cluster().restarts()) {
            throw new LockstepException(
                    ExitCode.CLUSTER,
                    "epoch " + (course.state().epoch() + 1) + ": " + failure.getMessage()
                            + "\nThe restart budget is spent (cluster.restarts: "
                            + job.cluster().restarts() + "); the same command continues from the last checkpoint",
                    failure);
        }
        restarts++;
        ObjectNode event = JsonNodeFactory.instance.objectNode();
        event.put("event", "restart");
        event.put("restarts", restarts);
        event.put("of", job.cluster().restarts());
        event.put("reason", failure.getMessage());
        course.journal().keep(event);
    }

    private EvaluationTotals evaluate(Course course, DatasetRole role, float[] parameters) {
        Broadcast<float[]> broadcast = spark.broadcast(parameters);
        try {
            return new EvaluationTask(
                            broadcast,
                            JobFile.toJson(job).toString(),
                            course.data().directory().toString(),
                            course.data().test() != null,
                            role,
                            workers,
                            spark.getConf().getInt("spark.task.cpus", 1))
                    .run(spark, course.plan());
        } finally {
            broadcast.destroy();
        }
    }

    private void finish(Course course) {
        @Nullable PackedManifest test = course.data().test();
        if (test != null) {
            EvaluationTotals totals =
                    evaluate(course, DatasetRole.TEST, course.state().parameters());
            publish(course, course.events().test(course.state(), totals));
        }
    }

    private static void publish(Course course, ObjectNode event) {
        course.journal().published(0, event.toString());
    }

    private ObjectNode completed(Course course, Configuration configuration) {
        TrainingState state = course.state();
        String hash = ParametersHash.sha256(state.parameters());
        ObjectNode description = ModelDescription.of(job, course.data().train(), hash);
        try {
            new ModelArchive(RunDirectory.storageAt(run.directory().location(), configuration))
                    .write(new SavedModel(state.step(), description, state.parameters()), run.runId(), lease);
        } catch (IOException e) {
            throw new LockstepException(
                    ExitCode.CLUSTER,
                    "the model cannot be written to " + run.directory().location() + ": " + e.getMessage(),
                    e);
        }
        return write(result("completed", course)
                .places(run.checkpointLocation(), run.directory().resolve("model")));
    }

    private ObjectNode stopped(Course course) {
        return write(result("stopped", course).places(run.checkpointLocation(), null));
    }

    private RunResult result(String status, Course course) {
        TrainingState state = course.state();
        return new RunResult(status, job, run.runId(), workers, spark.master())
                .figures(course.journal())
                .model(state.step(), course.plan().parameterCount(), ParametersHash.sha256(state.parameters()));
    }

    private ObjectNode write(RunResult result) {
        ObjectNode json = result.course(0, restarts, (System.nanoTime() - startedNanos) / 1e9)
                .json();
        run.writeResult(json);
        return json;
    }
}
