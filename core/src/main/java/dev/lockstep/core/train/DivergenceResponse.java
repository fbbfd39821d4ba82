package dev.lockstep.core.train;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.core.collective.Membership;
import dev.lockstep.core.collective.ProcessGroup;
import dev.lockstep.core.data.MiniBatch;
import dev.lockstep.core.ledger.SampleLedger;
import dev.lockstep.core.model.ModelReplica;
import dev.lockstep.core.model.ParameterBlock;
import dev.lockstep.core.model.StepContext;
import dev.lockstep.core.sync.DivergedException;
import dev.lockstep.core.sync.DivergencePolicy;
import dev.lockstep.core.sync.DivergencePolicy.Response;
import dev.lockstep.core.sync.FiniteScan;
import dev.lockstep.core.sync.StepContribution;
import dev.lockstep.core.sync.SyncStrategy;
import dev.lockstep.core.sync.SyncStrategy.StepOutcome;
import dev.lockstep.core.sync.TrainingState;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Takes steps, and does what the job asks for where one diverges.
 *
 * <ol>
 *   <li>The merge tells all ranks alike that the numbers are not finite; nothing was applied.
 *   <li>Each rank looks at its own slice again: which samples, which layer. They tell each other.
 *   <li>All decide the same, from counts that are the same: stop, go on with the state before the step, or with one that
 *       was kept earlier.
 * </ol>
 *
 * <p>Where steps are a rank's own, it looks at each when it is taken: by the next merge the batch is gone.
 */
final class DivergenceResponse {
    private static final String ADVICE =
            "lower training.optimizer's learning_rate, clip the gradient (training.clip_norm), scale the features"
                    + " (data.scale), or look for wrong values in these samples";
    private static final String POLICIES = "; training.on_divergence: skip or roll_back lets the run go on";

    private final DivergencePolicy policy;
    private final ModelReplica replica;
    private final Membership membership;
    private final SampleLedger ledger;
    private final TrainingState state;
    private final SyncStrategy strategy;
    private final StateKeeper keeper;
    private final TrainingEvents events;
    private final DivergenceCount count;
    private final @Nullable LastGoodState good;
    private final long seed;
    private final FiniteScan scan = new FiniteScan();
    private @Nullable ObjectNode own;

    DivergenceResponse(
            TrainingSetup setup,
            TrainingState state,
            SyncStrategy strategy,
            StateKeeper keeper,
            TrainingEvents events,
            DivergenceMemory memory) {
        this.policy = setup.job().training().onDivergence();
        this.seed = setup.job().seed();
        this.replica = setup.replica();
        this.membership = setup.membership();
        this.ledger = setup.ledger();
        this.state = state;
        this.strategy = strategy;
        this.keeper = keeper;
        this.events = events;
        this.count = memory.count();
        this.good = memory.good();
    }

    /**
     * Takes a step, or goes on behind it.
     *
     * @param batch that the contribution was computed from, still filled
     * @throws DivergedException on every rank alike when the policy is to stop
     */
    StepOutcome step(StepContribution contribution, MiniBatch batch, ProcessGroup group) {
        StepContribution offered = strategy.sharesSteps() ? contribution : lookedAt(contribution, batch);
        ledger.settle();
        try {
            StepOutcome outcome = strategy.step(offered, state, group);
            if (outcome.merged()) {
                count.allIsWell();
                own = null;
                keepGoodState();
            }
            return outcome;
        } catch (DivergedException diverged) {
            ObjectNode finding = own == null ? look(batch, group) : own;
            own = null;
            respond(diverged, DivergenceFinding.shared(finding, group));
            return new StepOutcome(true, false);
        }
    }

    /** The ranks' states are equal: one may be due to be kept, if it is worth that. */
    void keepGoodState() {
        if (good != null && good.isDue(state) && keeper.firstNotFinite() == null) {
            good.keep(state);
        }
    }

    /** What this rank alone may know by the next merge: a clipped gradient, for one, has become finite again. */
    private StepContribution lookedAt(StepContribution contribution, MiniBatch batch) {
        if (own != null && state.step() < own.path("step").asLong()) {
            // The ranks had to meet again and repeat these steps.
            own = null;
        }
        boolean isBad = contribution.samples() > 0
                && (!Double.isFinite(contribution.lossSum())
                        || scan.firstUnusable(
                                        contribution.gradientSum(),
                                        replica.plan().parameterCount())
                                >= 0);
        if (!isBad) {
            return contribution;
        }
        own = own == null ? finding(batch) : own;
        return contribution.withLossSum(Double.NaN);
    }

    private ObjectNode finding(MiniBatch batch) {
        return DivergenceFinding.of(
                membership.rank(), state.step() + 1, replica.plan(), batch, replica.outputs(), replica.gradient());
    }

    /** Where steps are shared the sum has taken the place of the own gradient: it is computed once more. */
    private ObjectNode look(MiniBatch batch, ProcessGroup group) {
        if (strategy.sharesSteps()) {
            replica.computeGradient(batch, new StepContext(seed, state.epoch(), group));
            return finding(batch);
        }
        return DivergenceFinding.nothing(membership.rank(), state.step() + 1);
    }

    /** Looks at the state itself, where it is the same on all ranks: an update may have carried it away. */
    void requireFiniteState() {
        String where = keeper.firstNotFinite();
        if (where != null) {
            DivergedException diverged = new DivergedException(String.format(
                    Locale.ROOT, "diverged: after step %d (epoch %d) %s", state.step(), state.epoch() + 1, where));
            long step = state.step();
            if (policy.respond(count.skippedInARow(), count.rolledBack()) == Response.ROLL_BACK) {
                rollBack(diverged, List.of(), step);
            } else {
                stop(diverged, List.of(), step, "");
            }
        }
    }

    private void respond(DivergedException diverged, List<ObjectNode> findings) {
        long failed = state.step() + 1;
        switch (policy.respond(count.skippedInARow(), count.rolledBack())) {
            case STOP -> stop(diverged, findings, failed, "; nothing was applied in this step");
            case SKIP -> skip(diverged, findings, failed);
            case ROLL_BACK -> rollBack(diverged, findings, failed);
        }
    }

    private void stop(DivergedException diverged, List<ObjectNode> findings, long failed, String also) {
        tell("diverged", diverged, findings, failed, failed);
        String before = count.skippedInARow() > 0
                ? "; " + count.skippedInARow() + " steps in a row were skipped before"
                : count.rolledBack() > 0 ? "; the run was rolled back " + count.rolledBack() + " times before" : "";
        throw new DivergedException(
                reason(diverged, findings) + also + before + "; " + ADVICE + (before.isEmpty() ? POLICIES : ""),
                diverged.block());
    }

    private void skip(DivergedException diverged, List<ObjectNode> findings, long failed) {
        strategy.rewind(state);
        long first = state.step() + 1;
        count.skipped();
        goOnBehind(failed, first);
        tell("step_skipped", diverged, findings, failed, first);
    }

    private void rollBack(DivergedException diverged, List<ObjectNode> findings, long failed) {
        strategy.rewind(state);
        long first = Objects.requireNonNull(good, "a state to go back to").goBack(state) + 1;
        count.wentBack();
        goOnBehind(failed, first);
        tell("rolled_back", diverged, findings, failed, first);
    }

    private void goOnBehind(long failed, long first) {
        while (state.step() < failed) {
            state.advanceStep();
        }
        strategy.merged(state);
        ledger.leftOut(first, failed);
    }

    private void tell(String name, DivergedException diverged, List<ObjectNode> findings, long failed, long first) {
        if (membership.rank() == 0) {
            ObjectNode event = events.diverged(name, state, failed, reason(diverged, findings));
            ParameterBlock block = diverged.block();
            if (block != null) {
                event.put("layer", block.layer()).put("parameter", block.spec().name());
            }
            if (!name.equals("diverged")) {
                event.put("from_step", first);
            }
            event.putArray("ranks").addAll(findings);
            membership.publish(event.toString());
        }
    }

    private static String reason(DivergedException diverged, List<ObjectNode> findings) {
        StringBuilder reason = new StringBuilder(String.valueOf(diverged.getMessage()));
        findings.forEach(finding -> reason.append("; ").append(DivergenceFinding.describe(finding)));
        return reason.toString();
    }
}
