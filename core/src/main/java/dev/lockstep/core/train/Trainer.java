package dev.lockstep.core.train;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.core.collective.AttemptEndedException;
import dev.lockstep.core.collective.Generation;
import dev.lockstep.core.collective.LocalProcessGroup;
import dev.lockstep.core.collective.Membership;
import dev.lockstep.core.collective.PeerLostException;
import dev.lockstep.core.collective.ProcessGroup;
import dev.lockstep.core.config.JobConfig;
import dev.lockstep.core.data.MiniBatch;
import dev.lockstep.core.evaluation.EvaluationResult;
import dev.lockstep.core.ledger.SampleLedger;
import dev.lockstep.core.model.ModelReplica;
import dev.lockstep.core.model.StepContext;
import dev.lockstep.core.optimizer.LearningRateSchedule;
import dev.lockstep.core.sync.StepContribution;
import dev.lockstep.core.sync.SyncStrategy;
import dev.lockstep.core.sync.SyncStrategy.StepOutcome;
import dev.lockstep.core.sync.TrainingState;
import dev.lockstep.core.train.TrainingOutcome.Status;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One worker's training, from meeting the others to the last evaluation.
 *
 * <h2>How a run goes</h2>
 *
 * <ol>
 *   <li>The workers meet: a generation forms. Everyone takes the state of the most advanced member; in the first
 *       generation that is rank 0's, from the latest checkpoint or fresh.
 *   <li>Each step: read this rank's slice of the global batch, compute the gradient, let the strategy merge and apply.
 *   <li>Wherever the ranks are merged a checkpoint may be due (rank 0 writes it) and a stop may be obeyed.
 *   <li>After an epoch's last step the validation samples are evaluated on all ranks.
 *   <li>A lost peer abandons the step: the state goes back to where the ranks were last merged and the workers meet
 *       again. The run continues at the very next step.
 * </ol>
 *
 * <p>Whatever decides the course (position, stop, divergence) is the same on every rank by construction, so all ranks
 * make the same collective calls in the same order.
 */
public final class Trainer {
    private static final Logger LOG = LoggerFactory.getLogger(Trainer.class);

    /** The group of a worker whose steps are its own. */
    private static final ProcessGroup ALONE = LocalProcessGroup.alone();

    private final JobConfig job;
    private final TrainingData data;
    private final ModelReplica replica;
    private final Membership membership;
    private final TrainingState state;
    private final SyncStrategy strategy;
    private final TrainingBatches batches;
    private final Evaluator evaluator;
    private final TrainingEvents events;
    private final ModelSelection selection;
    private final LayerStatistics statistics;
    private final StateKeeper keeper;
    private final SampleLedger ledger;
    private final DivergenceResponse divergence;
    private final StepMeter meter;
    private final StepFigures figures;
    private final LiveProgress progress;
    private boolean hasState;

    public Trainer(TrainingSetup setup) {
        job = setup.job();
        data = setup.data();
        replica = setup.replica();
        membership = setup.membership();
        WorkerReplicas.requireSlices(replica, job, membership.size());
        state = new TrainingState(
                replica.parameters(),
                job.training().optimizer().stateSlots(),
                job.cluster().sync().stateLength(replica.plan().parameterCount()),
                job.training().updateRule().memoryLength());
        strategy = job.cluster().sync().create(replica.plan(), job.training().updateRule(), state);
        int capacity = batchCapacity(job, membership.size());
        batches = new TrainingBatches(setup, capacity);
        evaluator = new Evaluator(replica, capacity, job.training().metrics());
        events = new TrainingEvents(job.training(), batches.stepsPerEpoch());
        selection = new ModelSelection(job, replica.plan().parameterCount());
        DivergenceMemory memory = DivergenceMemory.of(job.training().onDivergence(), state);
        keeper = new StateKeeper(setup, state, memory.with(selection));
        divergence = new DivergenceResponse(setup, state, strategy, keeper, events, memory);
        ledger = setup.ledger();
        meter = new StepMeter(setup.clock());
        statistics = new LayerStatistics(setup, events);
        figures = new StepFigures(replica.plan(), replica.slices());
        progress = new LiveProgress(membership, events);
    }

    /** How many samples a worker computes at once: its largest slice, or more for the forward-only evaluation. */
    public static int batchCapacity(JobConfig job, int workers) {
        return Math.max(WorkerReplicas.sliceCapacity(job, workers), EVALUATION_BATCH);
    }

    static final int EVALUATION_BATCH = 256;

    /**
     * Trains to the end, or to a stop.
     *
     * @throws AttemptEndedException when the driver ended the attempt
     * @throws dev.lockstep.core.sync.DivergedException on every rank when the numbers are no longer finite
     */
    public TrainingOutcome run() {
        while (true) {
            Generation generation = meet();
            try (ProcessGroup group = generation.group()) {
                shareState(generation);
                return train(group);
            } catch (PeerLostException lost) {
                LOG.info("Step {} abandoned: {}", state.step() + 1, lost.getMessage());
                strategy.rewind(state);
            } catch (AttemptEndedException ended) {
                strategy.rewind(state);
                throw rescued(ended);
            }
        }
    }

    private Generation meet() {
        try {
            return membership.join(hasState ? state.step() : -1);
        } catch (AttemptEndedException ended) {
            throw rescued(ended);
        }
    }

    /** An interrupted thread cannot write: what ends it has no time for that. */
    private AttemptEndedException rescued(AttemptEndedException ended) {
        if (hasState && !Thread.currentThread().isInterrupted()) {
            keeper.rescue(ended);
        }
        return ended;
    }

    private void shareState(Generation generation) {
        ProcessGroup group = generation.group();
        if (generation.sourceStep() < 0 && group.rank() == generation.sourceRank()) {
            if (keeper.restoreOrInitialise(strategy.residual().length)) {
                publish(events.resumed(state));
                ObjectNode lastEpoch = keeper.lastEpoch();
                if (lastEpoch != null) {
                    publish(lastEpoch);
                }
            }
        }
        keeper.broadcast(group, generation.sourceRank());
        if (generation.sourceStep() < 0) {
            keeper.handOutResiduals(strategy.residual(), generation.sourceRank(), group);
        }
        hasState = true;
        ledger.continues(generation.number(), state.step());
        strategy.merged(state);
        divergence.keepGoodState();
        meter.clear();
    }

    private TrainingOutcome train(ProcessGroup group) {
        while (state.epoch() < job.training().epochs() && !selection.stopped()) {
            if (!trainEpoch(group)) {
                return stop(group);
            }
            divergence.requireFiniteState();
            statistics.tellIfDue(state, strategy.lastGradient());
            finishEpoch(evaluator.validation(data, group), WorkerTimes.gathered(meter.ownSeconds(), group));
            writeCheckpointIfDue(group, true);
        }
        return finish(group);
    }

    /** Whether the epoch's steps are all done; false when the ranks agreed to stop. */
    private boolean trainEpoch(ProcessGroup group) {
        StepContext context = new StepContext(
                job.seed(),
                state.epoch(),
                strategy.sharesSteps() ? meter.timing(group) : ALONE,
                strategy.gradientListener(group));
        while (state.stepInEpoch() < batches.stepsPerEpoch()) {
            requireNotInterrupted();
            announceCheckpoint(group);
            meter.startStep(group.bytesSent());
            MiniBatch batch = batches.read(state.epoch(), state.stepInEpoch());
            meter.dataRead();
            StepContribution contribution = compute(batch, context);
            meter.computed();
            StepOutcome outcome = divergence.step(contribution, batch, group);
            meter.applied(strategy.mergeNanos(), contribution.globalSamples(), group.bytesSent());
            if (outcome.gathers()) {
                keeper.gatherResiduals(strategy.residual(), group);
            }
            progress.stepped(state, meter);
            if (outcome.stop()) {
                return false;
            }
            if (outcome.merged() && state.stepInEpoch() < batches.stepsPerEpoch()) {
                writeCheckpointIfDue(group, false);
            }
        }
        return true;
    }

    /** Residuals are gathered by all ranks, and only rank 0 knows when: it tells the others with the step's merge. */
    private void announceCheckpoint(ProcessGroup group) {
        if (strategy.residual().length > 0 && group.rank() == 0) {
            strategy.requestGathering(keeper.announceIfDue(batches.isLast(state.stepInEpoch())));
        }
    }

    /** A cancelled task must end even where it never waits for anybody. */
    private static void requireNotInterrupted() {
        if (Thread.currentThread().isInterrupted()) {
            throw new AttemptEndedException("the worker was interrupted between two steps", null);
        }
    }

    private StepContribution compute(MiniBatch batch, StepContext context) {
        double lossSum = replica.computeGradient(batch, context);
        figures.count(batch, replica.outputs());
        return new StepContribution(
                replica.gradient(),
                batch.size(),
                batches.globalSize(state.stepInEpoch()),
                lossSum,
                figures.correct(),
                figures.absoluteErrorSum(),
                batches.isLast(state.stepInEpoch()),
                membership.stopRequested());
    }

    private void finishEpoch(@Nullable EvaluationResult validation, WorkerTimes times) {
        ObjectNode event = events.epoch(state, meter, validation);
        times.addTo(event, job.cluster().stragglerFactor());
        selection.epochEnded(event, state.parameters());
        keeper.rememberEpoch(event);
        publish(event);
        tellSchedule(validation);
        state.advanceEpoch();
        strategy.merged(state);
        meter.clear();
    }

    private void tellSchedule(@Nullable EvaluationResult validation) {
        LearningRateSchedule schedule = job.training().learningRateSchedule();
        if (schedule != null) {
            Double validationLoss = validation == null ? null : validation.loss();
            schedule.epochEnded(
                    state.totals().lossSum() / state.totals().samples(), validationLoss, state.scheduleMemory());
        }
    }

    private void writeCheckpointIfDue(ProcessGroup group, boolean epochEnd) {
        if (group.rank() == 0) {
            keeper.writeIfDue(epochEnd);
        }
    }

    private TrainingOutcome stop(ProcessGroup group) {
        keepForGood(group);
        return selection.outcome(Status.STOPPED, state);
    }

    private void keepForGood(ProcessGroup group) {
        keeper.gatherResiduals(strategy.residual(), group);
        keeper.writeNow(group);
        ledger.ended(state.step());
    }

    /** The state that is kept is the last one, so that more epochs may follow; the test is of the model that is left. */
    private TrainingOutcome finish(ProcessGroup group) {
        keepForGood(group);
        selection.withFinalModel(state.parameters(), () -> test(group));
        return selection.outcome(Status.COMPLETED, state);
    }

    private void test(ProcessGroup group) {
        new FinalEvaluation(data, evaluator, replica.plan(), job.report().samples())
                .run(group, shown -> publish(shown.put("step", state.step())))
                .ifPresent(test -> publish(events.test(state, test)));
    }

    private void publish(ObjectNode event) {
        membership.publish(event.toString());
    }
}
