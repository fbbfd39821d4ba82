package dev.lockstep.core.sync;

import dev.lockstep.core.collective.ProcessGroup;
import dev.lockstep.core.model.NetworkPlan;
import dev.lockstep.core.optimizer.OptimizerSpec;
import java.util.Arrays;

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
 */
public final class GradientSharing implements SyncStrategy {
    private final DivergenceGuard guard;
    private final ParameterUpdate update;
    private final int parameterCount;
    private final float[] exchange;
    private long mergeNanos;

    public GradientSharing(NetworkPlan plan, OptimizerSpec optimizer) {
        this.guard = new DivergenceGuard(plan);
        this.update = new ParameterUpdate(plan, optimizer);
        this.parameterCount = plan.parameterCount();
        this.exchange = new float[parameterCount + MergeTail.LENGTH];
    }

    @Override
    public StepOutcome step(StepContribution contribution, TrainingState state, ProcessGroup group) {
        if (contribution.samples() == 0) {
            Arrays.fill(exchange, 0, parameterCount, 0f);
        } else {
            System.arraycopy(contribution.gradientSum(), 0, exchange, 0, parameterCount);
        }
        MergeTail.write(exchange, parameterCount, contribution);
        long started = System.nanoTime();
        group.allReduceSum(exchange, exchange.length);
        mergeNanos = System.nanoTime() - started;
        MergeTail tail = MergeTail.read(exchange, parameterCount);
        guard.check(state, tail.lossSum(), exchange, "gradient");
        double penalty = update.apply(state, exchange, tail.samples());
        state.totals()
                .add(
                        tail.samples(),
                        tail.lossSum() + penalty * tail.samples(),
                        tail.correct(),
                        tail.absoluteErrorSum());
        state.advanceStep();
        return new StepOutcome(true, tail.stop());
    }

    @Override
    public void rewind(TrainingState state) {
        // A step is applied whole or not at all: the state is where the ranks were last merged.
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
    public long mergeNanos() {
        return mergeNanos;
    }
}
