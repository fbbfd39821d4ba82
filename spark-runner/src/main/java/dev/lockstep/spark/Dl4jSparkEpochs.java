package dev.lockstep.spark;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.core.config.JobConfig;
import dev.lockstep.core.config.KeptJob;
import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import dev.lockstep.core.evaluation.EvaluationResult;
import dev.lockstep.core.model.NetworkPlan;
import dev.lockstep.core.sync.DivergedException;
import dev.lockstep.core.sync.TrainingState;
import dev.lockstep.core.train.LayerStatistics;
import dev.lockstep.core.train.StateKeeper;
import dev.lockstep.core.train.TrainingEvents;
import dev.lockstep.spark.data.DatasetRole;
import dev.lockstep.spark.data.PreparedData;
import dev.lockstep.spark.dl4j.ParameterAveragingMaster;
import dev.lockstep.spark.dl4j.ParameterAveragingMaster.Epoch;
import dev.lockstep.spark.watch.JobDescription;
import java.util.Locale;
import org.apache.spark.broadcast.Broadcast;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The epochs of a run in the mode {@code dl4j_spark}, one after the other. The state is here, on the driver, between two
 * of them: that is where checkpoints, stops, restarts and resumes happen.
 */
final class Dl4jSparkEpochs {
    private static final Logger LOG = LoggerFactory.getLogger(Dl4jSparkEpochs.class);

    /**
     * How much there is to do.
     *
     * @param trainSamples samples of one epoch
     * @param stepsPerEpoch global batches of one epoch
     * @param validates whether there are validation samples
     * @param tests whether there are test samples
     */
    record Extent(int trainSamples, int stepsPerEpoch, boolean validates, boolean tests) {}

    private final RunContext context;
    private final JobConfig job;
    private final RunTally tally;
    private final RunJournal journal;
    private final PreparedData data;
    private final NetworkPlan plan;
    private final Extent extent;
    private final TrainingState state;
    private final StateKeeper keeper;
    private final TrainingEvents events;
    private final ParameterAveragingMaster master;

    Dl4jSparkEpochs(
            RunContext context,
            RunTally tally,
            RunJournal journal,
            PreparedData data,
            NetworkPlan plan,
            Extent extent,
            TrainingState state,
            StateKeeper keeper) {
        this.context = context;
        this.job = context.job();
        this.tally = tally;
        this.journal = journal;
        this.data = data;
        this.plan = plan;
        this.extent = extent;
        this.state = state;
        this.keeper = keeper;
        events = new TrainingEvents(job.training(), extent.stepsPerEpoch());
        master = new ParameterAveragingMaster(
                context.spark(), job, plan, data.directory().toString(), context.workers(), extent.trainSamples());
    }

    /** Goes on from the last checkpoint to the test. Whether all epochs are done; false after a stop. */
    boolean run() {
        takeUp();
        boolean completed = trainAll();
        if (completed) {
            test();
        }
        return completed;
    }

    private void takeUp() {
        if (keeper.restoreOrInitialise()) {
            publish(events.resumed(state));
            ObjectNode lastEpoch = keeper.lastEpoch();
            if (lastEpoch != null) {
                publish(lastEpoch);
            }
        }
    }

    private boolean trainAll() {
        context.signals().onStop(() -> context.spark().sc().cancelAllJobs());
        while (state.epoch() < job.training().epochs()) {
            if (context.signals().requested()) {
                return false;
            }
            try {
                trainEpochDescribed();
            } catch (Exception failure) {
                if (context.signals().requested()) {
                    LOG.info("Epoch {} is abandoned: DL4J cannot stop within one", state.epoch() + 1);
                    return false;
                }
                restartOrGiveUp(failure);
            }
        }
        context.signals().onStop(() -> {}); // what is left is short
        return true;
    }

    private void trainEpochDescribed() {
        String what = "training " + job.name() + ", epoch " + (state.epoch() + 1) + " of "
                + job.training().epochs();
        JobDescription.during(context.spark(), what, () -> {
            trainEpoch();
            return state;
        });
    }

    private void trainEpoch() {
        // Copies: nothing of an epoch that fails, diverges or is stopped shall be left in the state.
        float[] parameters = state.parameters().clone();
        float[] updaterState = state.optimizerState().toFlat();
        Epoch epoch = master.train(state.epoch(), parameters, updaterState);
        requireFinite(epoch, parameters);
        EvaluationResult validation = extent.validates() ? evaluate(DatasetRole.TRAIN, parameters) : null;
        System.arraycopy(parameters, 0, state.parameters(), 0, parameters.length);
        state.optimizerState().readFlat(updaterState);
        for (int i = 0; i < extent.stepsPerEpoch(); i++) {
            state.advanceStep();
        }
        double samples = (double) epoch.samples();
        ObjectNode event = events.epoch(state, epoch.seconds(), samples, epoch.lossSum() / samples, validation);
        keeper.rememberEpoch(event);
        publish(event);
        if (job.tensorboard().looksAtLayersAfter(state.epoch() + 1)) {
            publish(events.histograms(state, LayerStatistics.weights(plan, state.parameters())));
        }
        state.advanceEpoch();
        keeper.writeIfDue(true);
    }

    private void requireFinite(Epoch epoch, float[] parameters) {
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
    private void restartOrGiveUp(Exception thrown) {
        LockstepException failure = failureOf(thrown);
        LOG.debug("Epoch {} failed", state.epoch() + 1, failure);
        if (failure.exitCode() != ExitCode.CLUSTER) {
            throw failure;
        }
        if (context.spark().sc().isStopped() || tally.budgetIsSpent()) {
            throw tally.outOfRestarts("epoch " + (state.epoch() + 1) + ": " + failure.getMessage(), failure);
        }
        tally.restart(failure.getMessage(), journal);
    }

    private EvaluationResult evaluate(DatasetRole role, float[] parameters) {
        Broadcast<float[]> broadcast = context.spark().broadcast(parameters);
        try {
            return new EvaluationTask(
                            broadcast,
                            KeptJob.json(job, System.getenv()).toString(),
                            data.directory().toString(),
                            data.test() != null,
                            role,
                            context.workers(),
                            context.spark().getConf().getInt("spark.task.cpus", 1))
                    .run(context.spark(), plan);
        } finally {
            broadcast.destroy();
        }
    }

    private void test() {
        if (extent.tests()) {
            publish(events.test(state, evaluate(DatasetRole.TEST, state.parameters())));
        }
    }

    private void publish(ObjectNode event) {
        journal.published(0, event.toString());
    }

    /** What a user can be told of a failure: the reason inside it, where that is one of Lockstep's. */
    static LockstepException failureOf(Exception failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof LockstepException known) {
                return known;
            }
        }
        return new LockstepException(ExitCode.CLUSTER, "DL4J Spark failed: " + failure.getMessage(), failure);
    }
}
