package dev.lockstep.core.sync;

import dev.lockstep.core.codec.CodecSpec;
import dev.lockstep.core.codec.ExactMerge;
import dev.lockstep.core.codec.GradientMerge;
import dev.lockstep.core.collective.ProcessGroup;
import dev.lockstep.core.model.GradientListener;
import dev.lockstep.core.model.NetworkPlan;
import dev.lockstep.core.optimizer.OptimizerSpec;
import dev.lockstep.core.optimizer.UpdateRule;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Exact data parallelism.
 *
 * <ol>
 *   <li>Every rank computes the gradient <em>sum</em> over its slice of the global batch.
 *   <li>The sums, and behind them the sample count, loss, metric sums and the stop flag, are added over the fixed tree
 *       of ranks in one exchange.
 *   <li>Every rank holds the same bits now: it checks that they are finite, divides by the global count and runs the
 *       same optimizer step on the same parameters. The replicas stay equal without ever being compared.
 * </ol>
 *
 * <p>Nothing is applied before the whole merge has arrived, so a lost peer costs the step and nothing else.
 *
 * <p>With a codec the sums lose precision on the way, all ranks' alike; statistics, counts and losses do not. What a
 * codec keeps back belongs to this rank alone until the ranks gather it for a checkpoint, and is forgotten when they
 * have to meet again.
 */
public final class GradientSharing implements SyncStrategy {
    private static final float[] NO_GRADIENT = new float[0];

    private final NetworkPlan plan;
    private final DivergenceGuard guard;
    private final ParameterUpdate update;
    private final int parameterCount;
    private final int exchangeLength;
    private final GradientMerge merge;
    private final EncodedOrder order;
    private final boolean sendsEarly;
    private final boolean gathering;
    private boolean gatheringRequested;
    private float[] ownExchange = new float[0];
    private @Nullable EarlyExchange early;
    private long mergeNanos;
    private float[] lastGradient = NO_GRADIENT;

    /** Without a codec and with nothing around the optimizer. */
    public GradientSharing(NetworkPlan plan, OptimizerSpec optimizer) {
        this(plan, UpdateRule.of(optimizer), null);
    }

    /** @param codec null for the exact merge */
    public GradientSharing(NetworkPlan plan, UpdateRule rule, @Nullable CodecSpec codec) {
        this.plan = plan;
        this.guard = new DivergenceGuard(plan);
        this.update = new ParameterUpdate(plan, rule);
        this.parameterCount = plan.parameterCount();
        this.order = codec == null ? EncodedOrder.asIs(plan) : EncodedOrder.statisticsLast(plan);
        this.merge = codec == null ? new ExactMerge() : codec.create(order.encoded());
        this.sendsEarly = codec == null;
        this.gathering = merge.residual().length > 0;
        this.exchangeLength = exchangeLength(parameterCount) + (gathering ? 1 : 0);
    }

    /** How many floats the workers exchange in a step. */
    public static int exchangeLength(int parameterCount) {
        return parameterCount + MergeTail.LENGTH;
    }

    @Override
    public StepOutcome step(StepContribution contribution, TrainingState state, ProcessGroup group) {
        lastGradient = NO_GRADIENT;
        float[] exchange = exchange(contribution);
        if (early != null) {
            early.complete(exchange);
        }
        MergeTail.write(exchange, parameterCount, contribution);
        if (gathering) {
            exchange[exchangeLength - 1] = gatheringRequested ? 1f : 0f;
        }
        long started = System.nanoTime();
        order.write(exchange);
        merge.sum(exchange, exchangeLength, state.syncState(), group);
        order.read(exchange);
        mergeNanos = System.nanoTime() - started;
        MergeTail tail = MergeTail.read(exchange, parameterCount);
        guard.checkGradient(state, tail.lossSum(), exchange);
        double penalty = update.apply(state, exchange, tail.samples());
        lastGradient = exchange;
        state.totals()
                .add(
                        tail.samples(),
                        tail.lossSum() + penalty * tail.samples(),
                        tail.correct(),
                        tail.absoluteErrorSum());
        merge.applied(state.syncState());
        state.advanceStep();
        return new StepOutcome(true, tail.stop(), gathering && exchange[exchangeLength - 1] > 0);
    }

    /** The gradient with room for the few sums behind it: where it lies, if the replica left that room, else a copy. */
    private float[] exchange(StepContribution contribution) {
        float[] gradient = contribution.gradientSum();
        if (contribution.samples() == 0) {
            Arrays.fill(gradient, 0, parameterCount, 0f);
        }
        if (gradient.length >= exchangeLength) {
            return gradient;
        }
        if (ownExchange.length == 0) {
            ownExchange = new float[exchangeLength];
        }
        System.arraycopy(gradient, 0, ownExchange, 0, parameterCount);
        return ownExchange;
    }

    @Override
    public GradientListener gradientListener(ProcessGroup group) {
        if (!sendsEarly) {
            return GradientListener.NONE;
        }
        EarlyExchange exchange = new EarlyExchange(plan, group);
        early = exchange;
        return exchange;
    }

    @Override
    public void rewind(TrainingState state) {
        // A step is applied whole or not at all: the state is where the ranks were last merged.
        merge.forget();
    }

    @Override
    public void merged(TrainingState state) {
        // Nothing is kept between steps.
    }

    @Override
    public boolean sharesSteps() {
        return true;
    }

    @Override
    public void requestGathering(boolean wanted) {
        gatheringRequested = wanted;
    }

    @Override
    public float[] residual() {
        return merge.residual();
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
