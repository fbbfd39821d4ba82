package dev.lockstep.core.train;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.core.checkpoint.Checkpoint;
import dev.lockstep.core.checkpoint.CheckpointManager;
import dev.lockstep.core.collective.AttemptEndedException;
import dev.lockstep.core.collective.PeerLostException;
import dev.lockstep.core.collective.ProcessGroup;
import dev.lockstep.core.model.NetworkPlan;
import dev.lockstep.core.sync.TrainingState;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Moves a training's state: into checkpoints and back, and from rank to rank. */
public final class StateKeeper {
    private static final Logger LOG = LoggerFactory.getLogger(StateKeeper.class);
    /** How long the ranks wait for rank 0 at once: shorter than any deadline after which it counts as stuck. */
    private static final Duration KEEPING_ROUND = Duration.ofMillis(500);

    private final TrainingState state;
    private final CheckpointManager checkpoints;
    private final NetworkPlan plan;
    private final long seed;
    private final String blasKernel;
    private final InitialParameters initialParameters;
    private @Nullable ObjectNode lastEpoch;
    private final List<StatePart> parts;
    private final CheckpointImage image;
    private final StateScan scan = new StateScan();
    private final Residuals residuals = new Residuals();
    private boolean announces;
    private boolean announced;
    private long keptStep = -1;

    StateKeeper(TrainingSetup setup, TrainingState state, List<StatePart> parts) {
        this(
                setup.checkpoints(),
                setup.replica().plan(),
                setup.job().seed(),
                setup.replica().arithmetic(),
                state,
                parts,
                setup.initialParameters());
    }

    /**
     * The keeper of a state.
     *
     * @param blasKernel what computes products here; a change between checkpoints is warned about
     * @param state live: what is written, and what a checkpoint is read into
     * @param initialParameters what the state begins with where there is no checkpoint
     */
    public StateKeeper(
            CheckpointManager checkpoints,
            NetworkPlan plan,
            long seed,
            String blasKernel,
            TrainingState state,
            InitialParameters initialParameters) {
        this(checkpoints, plan, seed, blasKernel, state, List.of(), initialParameters);
    }

    private StateKeeper(
            CheckpointManager checkpoints,
            NetworkPlan plan,
            long seed,
            String blasKernel,
            TrainingState state,
            List<StatePart> parts,
            InitialParameters initialParameters) {
        this.parts = List.copyOf(parts);
        this.image = new CheckpointImage(state, this.parts, seed, blasKernel);
        this.state = state;
        this.checkpoints = checkpoints;
        this.plan = plan;
        this.seed = seed;
        this.blasKernel = blasKernel;
        this.initialParameters = initialParameters;
    }

    /** Takes the latest checkpoint, or the first values; whether there was a checkpoint. */
    public boolean restoreOrInitialise() {
        return restoreOrInitialise(0);
    }

    /** The same where every rank keeps a residual of so many values. */
    boolean restoreOrInitialise(int residualLength) {
        Optional<Checkpoint> latest = checkpoints.latest();
        if (latest.isEmpty()) {
            System.arraycopy(initialParameters.of(plan, seed), 0, state.parameters(), 0, plan.parameterCount());
            return false;
        }
        restore(latest.get());
        residuals.readFrom(latest.get(), residualLength);
        return true;
    }

    private void restore(Checkpoint checkpoint) {
        image.readFrom(checkpoint);
        if (checkpoint.state().get("last_epoch") instanceof ObjectNode epoch) {
            lastEpoch = epoch;
        }
        keptStep = state.step();
        String kernel = checkpoint.state().path("blas_kernel").asText();
        if (!kernel.equals(blasKernel)) {
            LOG.warn(
                    "The checkpoint was computed with the BLAS kernel {}, this machine chooses {}: the run goes on, but"
                            + " not with the same bits as an undisturbed one",
                    kernel,
                    blasKernel);
        }
    }

    /** Gives every rank the root's state and makes sure that it arrived; a peer lost on the way leaves this one as it was. */
    void broadcast(ProcessGroup group, int root) {
        allOrNothing(() -> new StateSharing(state, parts).broadcast(group, root));
    }

    /** What is broadcast lands where this rank's own state is: half of another state would be worse than none. */
    private void allOrNothing(Runnable sharing) {
        Checkpoint before = image.copy(lastEpoch);
        try {
            sharing.run();
        } catch (PeerLostException | AttemptEndedException lost) {
            image.readFrom(before);
            throw lost;
        }
    }

    /** What of the state is not finite, as a clause; null when all of it is. */
    @Nullable
    String firstNotFinite() {
        return scan.firstNotFinite(plan, state);
    }

    /** Gives every rank the residual that the root's checkpoint has for it. */
    void handOutResiduals(float[] own, int root, ProcessGroup group) {
        residuals.handOut(own, root, group);
    }

    /** Collects the ranks' residuals for the checkpoint that is written next; a call of all ranks. */
    void gatherResiduals(float[] own, ProcessGroup group) {
        residuals.gather(own, group);
    }

    /**
     * Whether a checkpoint will be due after the step that comes next: where all ranks take part in one they have to
     * know before. Then, and only then, {@link #writeIfDue} writes it.
     *
     * @param epochEnd whether it is the epoch's last
     */
    boolean announceIfDue(boolean epochEnd) {
        announces = true;
        announced = announced || checkpoints.due(state.step() + 1, state.epoch(), epochEnd, System.nanoTime());
        return announced;
    }

    /** Keeps the event of the last finished epoch, so that a resumed run can tell it again. */
    public void rememberEpoch(ObjectNode event) {
        lastEpoch = event;
    }

    /** The event of the last finished epoch; null before the first. */
    public @Nullable ObjectNode lastEpoch() {
        return lastEpoch;
    }

    /**
     * Starts a checkpoint in the background when the policy says so.
     *
     * @param epochEnd whether an epoch has just been finished; the state is at the beginning of the next one then
     */
    public void writeIfDue(boolean epochEnd) {
        int epochOfStep = epochEnd ? state.epoch() - 1 : state.epoch();
        boolean due = announces ? announced : checkpoints.due(state.step(), epochOfStep, epochEnd, System.nanoTime());
        if (due) {
            announced = false;
            if (isFinite()) {
                checkpoints.writeInBackground(snapshot());
                keptStep = state.step();
            }
        }
    }

    /**
     * Makes sure before it returns that this very state is kept; an outage of the storage is waited for as long as the
     * job's loss window.
     */
    public void writeNow() {
        keep();
        while (!checkpoints.isIdleWithin(KEEPING_ROUND)) {
            LOG.trace("The checkpoint of step {} is not written yet", state.step());
        }
    }

    /** The same, by rank 0, on which the others wait; a call of all ranks. */
    void writeNow(ProcessGroup group) {
        boolean writes = group.rank() == 0;
        if (writes) {
            keep();
        }
        double[] goesOn = {1};
        while (goesOn[0] > 0) {
            goesOn[0] = writes && !checkpoints.isIdleWithin(KEEPING_ROUND) ? 1 : 0;
            group.broadcast(goesOn, 1, 0);
        }
    }

    private void keep() {
        if (keptStep != state.step() && isFinite()) {
            checkpoints.writeInBackground(snapshot());
            keptStep = state.step();
        }
    }

    /** Nobody could go on from it, and the run may yet go back to an earlier one. */
    private boolean isFinite() {
        String found = firstNotFinite();
        if (found != null) {
            LOG.warn("No checkpoint of step {} is written: {}", state.step(), found);
        }
        return found == null;
    }

    /** The attempt has to end while this worker holds a state: nothing of it shall be lost. */
    void rescue(AttemptEndedException reason) {
        // The others' cannot be had any more: as after any loss of a peer, all ranks begin without.
        residuals.forget();
        try {
            checkpoints.writeNow(snapshot());
            LOG.info("Wrote a checkpoint of step {} before leaving: {}", state.step(), reason.getMessage());
        } catch (RuntimeException e) {
            LOG.warn("Could not write a checkpoint of step {} before leaving: {}", state.step(), e.getMessage());
        }
    }

    private Checkpoint snapshot() {
        Checkpoint copy = image.copy(lastEpoch);
        TreeMap<String, float[]> tensors = new TreeMap<>(copy.tensors());
        residuals.moveTo(tensors);
        return new Checkpoint(copy.step(), copy.state(), tensors);
    }
}
