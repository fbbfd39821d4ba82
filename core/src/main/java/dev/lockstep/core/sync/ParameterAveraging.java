package dev.lockstep.core.sync;

import dev.lockstep.core.collective.ProcessGroup;
import dev.lockstep.core.model.NetworkPlan;
import dev.lockstep.core.model.ParameterSpec.Role;
import dev.lockstep.core.optimizer.OptimizerSpec;
import dev.lockstep.core.optimizer.OptimizerState;
import dev.lockstep.core.optimizer.UpdateRule;
import dev.lockstep.core.sync.ParameterUpdate.Range;
import java.util.Arrays;
import java.util.List;

/**
 * Local steps with a common model every k of them (McMahan et al. 2017, "Communication-efficient learning of deep
 * networks from decentralized data", with every worker taking part).
 *
 * <ol>
 *   <li>Every rank takes optimizer steps of its own on its slices; a rank whose slice is empty stands still.
 *   <li>After every k-th step of an epoch, and after its last, parameters, optimizer state and statistics are averaged,
 *       each rank weighted by the samples it used since the last average.
 *   <li>That common state is kept as a snapshot: after a lost peer everyone returns to it, and at most k - 1 steps are
 *       repeated, with the same bits.
 * </ol>
 *
 * <p>With an {@link OuterMomentum} the ranks go on from the last average plus an outer step, instead of the new average
 * itself.
 */
public final class ParameterAveraging implements SyncStrategy {
    private static final float[] NO_GRADIENT = new float[0];

    private final DivergenceGuard guard;
    private final ParameterUpdate update;
    private final OuterMomentum outer;
    private final List<Range> frozen;
    private final int every;
    private final int parameterCount;
    private final float[] exchange;
    private final RunningTotals local = new RunningTotals();
    private final TrainingState snapshot;
    private double samplesSinceAverage;
    private double globalSamplesSinceAverage;
    private boolean stopRequested;
    private long mergeNanos;
    private float[] lastGradient = NO_GRADIENT;

    /**
     * With nothing around the optimizer.
     *
     * @param every steps between two averages
     * @param state of this worker; its arrays give the sizes
     */
    public ParameterAveraging(NetworkPlan plan, OptimizerSpec optimizer, int every, TrainingState state) {
        this(plan, UpdateRule.of(optimizer), every, 0, 1, state);
    }

    /**
     * With an outer step from one average to the next.
     *
     * @param every steps between two averages
     * @param outerMomentum 0 for none; with more the state has room for a velocity a parameter
     * @param outerLearningRate 1 for none
     * @param state of this worker; its arrays give the sizes
     */
    public ParameterAveraging(
            NetworkPlan plan,
            UpdateRule rule,
            int every,
            float outerMomentum,
            float outerLearningRate,
            TrainingState state) {
        this.guard = new DivergenceGuard(plan);
        this.update = new ParameterUpdate(plan, rule);
        this.outer = new OuterMomentum(outerMomentum, outerLearningRate, ParameterUpdate.ranges(plan, Role.TRAINABLE));
        this.frozen = ParameterUpdate.ranges(plan, Role.FROZEN);
        this.every = every;
        this.parameterCount = plan.parameterCount();
        this.exchange =
                new float[exchangeLength(parameterCount, state.optimizerState().floats())];
        this.snapshot = state.copy();
    }

    /**
     * How many floats the workers exchange in an average.
     *
     * @param stateLength floats of optimizer state
     */
    public static int exchangeLength(int parameterCount, int stateLength) {
        return parameterCount + stateLength + MergeTail.LENGTH;
    }

    @Override
    public StepOutcome step(StepContribution contribution, TrainingState state, ProcessGroup group) {
        mergeNanos = 0;
        stepLocally(contribution, state);
        boolean merges = contribution.lastOfEpoch() || (state.stepInEpoch() + 1) % every == 0;
        boolean stop = merges && average(state, group);
        state.advanceStep();
        if (merges) {
            merged(state);
        }
        return new StepOutcome(merges, stop);
    }

    private void stepLocally(StepContribution contribution, TrainingState state) {
        int samples = contribution.samples();
        lastGradient = samples > 0 ? contribution.gradientSum() : NO_GRADIENT;
        if (samples > 0) {
            double penalty = update.apply(state, contribution.gradientSum(), samples);
            local.add(
                    samples,
                    contribution.lossSum() + penalty * samples,
                    contribution.correct(),
                    contribution.absoluteErrorSum());
        }
        samplesSinceAverage += samples;
        globalSamplesSinceAverage += contribution.globalSamples();
        stopRequested |= contribution.stopRequested();
    }

    private boolean average(TrainingState state, ProcessGroup group) {
        OptimizerState optimizerState = state.optimizerState();
        float weight = (float) (samplesSinceAverage / globalSamplesSinceAverage);
        weighDistances(0, state.parameters(), snapshot.parameters(), weight);
        for (int slot = 0; slot < optimizerState.slots(); slot++) {
            weighDistances(
                    slotOffset(slot),
                    optimizerState.slot(slot),
                    snapshot.optimizerState().slot(slot),
                    weight);
        }
        int tailOffset = slotOffset(optimizerState.slots());
        MergeTail.write(
                exchange,
                tailOffset,
                new StepContribution(
                        exchange,
                        (int) local.samples(),
                        0,
                        local.lossSum(),
                        local.correct(),
                        local.absoluteErrorSum(),
                        false,
                        stopRequested));
        long started = System.nanoTime();
        group.allReduceSum(exchange, exchange.length);
        mergeNanos = System.nanoTime() - started;
        MergeTail tail = MergeTail.read(exchange, tailOffset);
        outer.apply(exchange, state.syncState());
        add(snapshot.parameters(), 0);
        keepFrozen();
        for (int slot = 0; slot < optimizerState.slots(); slot++) {
            add(snapshot.optimizerState().slot(slot), slotOffset(slot));
        }
        guard.checkAverage(state, tail.lossSum(), exchange, tailOffset);
        System.arraycopy(exchange, 0, state.parameters(), 0, parameterCount);
        for (int slot = 0; slot < optimizerState.slots(); slot++) {
            System.arraycopy(exchange, slotOffset(slot), optimizerState.slot(slot), 0, parameterCount);
        }
        state.totals().add(tail.samples(), tail.lossSum(), tail.correct(), tail.absoluteErrorSum());
        return tail.stop();
    }

    /** Where an optimizer's slot lies in the exchange: behind the parameters. */
    private int slotOffset(int slot) {
        return parameterCount * (1 + slot);
    }

    /**
     * Writes this rank's part of the average: how far it has gone since the last one, times its weight. Weights are
     * rounded and need not add up to 1: of distances that costs a rounding error of the distance; of the values
     * themselves it would cost one of the value, the same way in every average. A rank of weight 0 contributes exact
     * zeros, whatever it holds.
     */
    private void weighDistances(int offset, float[] values, float[] lastAverage, float weight) {
        if (weight == 0) {
            Arrays.fill(exchange, offset, offset + values.length, 0f);
            return;
        }
        for (int i = 0; i < values.length; i++) {
            exchange[offset + i] = (values[i] - lastAverage[i]) * weight;
        }
    }

    /** A distance of 0 plus the value would make 0 of -0. */
    private void keepFrozen() {
        for (Range range : frozen) {
            System.arraycopy(snapshot.parameters(), range.from(), exchange, range.from(), range.to() - range.from());
        }
    }

    private void add(float[] lastAverage, int offset) {
        for (int i = 0; i < lastAverage.length; i++) {
            exchange[offset + i] += lastAverage[i];
        }
    }

    @Override
    public void rewind(TrainingState state) {
        lastGradient = NO_GRADIENT;
        state.copyFrom(snapshot);
        forgetLocalSteps();
    }

    @Override
    public void merged(TrainingState state) {
        snapshot.copyFrom(state);
        forgetLocalSteps();
    }

    private void forgetLocalSteps() {
        local.clear();
        samplesSinceAverage = 0;
        globalSamplesSinceAverage = 0;
        stopRequested = false;
    }

    @Override
    public boolean sharesSteps() {
        return false;
    }

    @Override
    public float[] lastGradient() {
        return lastGradient;
    }

    @Override
    public long mergeNanos() {
        return mergeNanos;
    }
}
