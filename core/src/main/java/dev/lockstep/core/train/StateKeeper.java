package dev.lockstep.core.train;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.core.checkpoint.Checkpoint;
import dev.lockstep.core.checkpoint.CheckpointManager;
import dev.lockstep.core.collective.AttemptEndedException;
import dev.lockstep.core.collective.ProcessGroup;
import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import dev.lockstep.core.model.NetworkPlan;
import dev.lockstep.core.sync.TrainingState;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Moves a training's state: into checkpoints and back, and from rank to rank. */
public final class StateKeeper {
    private static final Logger LOG = LoggerFactory.getLogger(StateKeeper.class);
    private static final String PARAMETERS = "parameters";
    private static final String OPTIMIZER = "optimizer";
    private static final String SYNC = "sync";
    private static final String SCHEDULE = "schedule";
    private static final Duration BACKGROUND_WRITE_DEADLINE = Duration.ofMinutes(11);

    private final TrainingState state;
    private final CheckpointManager checkpoints;
    private final NetworkPlan plan;
    private final long seed;
    private final String blasKernel;
    private final InitialParameters initialParameters;
    private @Nullable ObjectNode lastEpoch;
    private final @Nullable ModelSelection selection;
    private final Residuals residuals = new Residuals();
    private boolean announces;
    private boolean announced;
    private long keptStep = -1;

    StateKeeper(TrainingSetup setup, TrainingState state, ModelSelection selection) {
        this(
                setup.checkpoints(),
                setup.replica().plan(),
                setup.job().seed(),
                setup.replica().arithmetic(),
                state,
                selection,
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
        this(checkpoints, plan, seed, blasKernel, state, null, initialParameters);
    }

    private StateKeeper(
            CheckpointManager checkpoints,
            NetworkPlan plan,
            long seed,
            String blasKernel,
            TrainingState state,
            @Nullable ModelSelection selection,
            InitialParameters initialParameters) {
        this.selection = selection;
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
        copyTensor(checkpoint, PARAMETERS, state.parameters());
        float[] optimizerState = new float[state.optimizerState().floats()];
        copyTensor(checkpoint, OPTIMIZER, optimizerState);
        state.optimizerState().readFlat(optimizerState);
        copyTensor(checkpoint, SYNC, state.syncState());
        copyTensor(checkpoint, SCHEDULE, state.scheduleMemory());
        JsonNode position = checkpoint.state();
        JsonNode header = position.path("header");
        double[] values = new double[TrainingState.HEADER_LENGTH];
        if (header.size() != values.length) {
            throw new LockstepException(
                    ExitCode.MODEL,
                    "checkpoint of step " + checkpoint.step() + ": state.json: expected " + values.length
                            + " numbers in header, found " + header.size() + "; start anew with --fresh");
        }
        for (int i = 0; i < values.length; i++) {
            values[i] = header.get(i).doubleValue();
        }
        state.readHeader(values);
        keptStep = state.step();
        if (selection != null) {
            selection.readFrom(checkpoint);
        }
        if (position.get("last_epoch") instanceof ObjectNode epoch) {
            lastEpoch = epoch;
        }
        String kernel = position.path("blas_kernel").asText();
        if (!kernel.equals(blasKernel)) {
            LOG.warn(
                    "The checkpoint was computed with the BLAS kernel {}, this machine chooses {}: the run goes on, but"
                            + " not with the same bits as an undisturbed one",
                    kernel,
                    blasKernel);
        }
    }

    private static void copyTensor(Checkpoint checkpoint, String name, float[] target) {
        float[] saved = checkpoint.tensors().get(name);
        int found = saved == null ? 0 : saved.length;
        if ((saved == null && target.length > 0) || found != target.length) {
            throw new LockstepException(
                    ExitCode.MODEL,
                    "checkpoint of step " + checkpoint.step() + ": " + name + ": expected " + target.length
                            + " values, found " + found
                            + "; the model, optimizer or sync of the job has changed: start anew with --fresh");
        }
        if (saved != null) {
            System.arraycopy(saved, 0, target, 0, found);
        }
    }

    /** Gives every rank the root's state and makes sure that it arrived. */
    void broadcast(ProcessGroup group, int root) {
        double[] header = state.header();
        group.broadcast(header, header.length, root);
        group.broadcast(state.parameters(), state.parameters().length, root);
        for (int slot = 0; slot < state.optimizerState().slots(); slot++) {
            group.broadcast(state.optimizerState().slot(slot), state.parameters().length, root);
        }
        group.broadcast(state.syncState(), state.syncState().length, root);
        if (state.scheduleMemory().length > 0) {
            group.broadcast(state.scheduleMemory(), state.scheduleMemory().length, root);
        }
        if (selection != null) {
            selection.broadcast(group, root);
        }
        state.readHeader(header);
        double mine = Arrays.hashCode(state.parameters());
        double[] hash = {mine};
        group.broadcast(hash, 1, root);
        if (hash[0] != mine) {
            throw new LockstepException(
                    ExitCode.CLUSTER,
                    "rank " + group.rank() + " holds other parameters than rank " + root
                            + " after the state was shared: the network or memory of this host is not to be trusted");
        }
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
            checkpoints.writeInBackground(snapshot());
            keptStep = state.step();
        }
    }

    /** Makes sure before it returns that this very state is kept. */
    public void writeNow() {
        if (keptStep == state.step()) {
            checkpoints.awaitIdle(BACKGROUND_WRITE_DEADLINE);
        } else {
            checkpoints.writeNow(snapshot());
            keptStep = state.step();
        }
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
        ObjectNode position = JsonNodeFactory.instance.objectNode();
        position.put("epoch", state.epoch());
        position.put("step_in_epoch", state.stepInEpoch());
        position.put("seed", seed);
        position.put("blas_kernel", blasKernel);
        ArrayNode header = position.putArray("header");
        for (double value : state.header()) {
            header.add(value);
        }
        if (lastEpoch != null) {
            position.set("last_epoch", lastEpoch);
        }
        TreeMap<String, float[]> tensors = new TreeMap<>();
        tensors.put(PARAMETERS, state.parameters().clone());
        tensors.put(OPTIMIZER, state.optimizerState().toFlat());
        if (state.syncState().length > 0) {
            tensors.put(SYNC, state.syncState().clone());
        }
        if (state.scheduleMemory().length > 0) {
            tensors.put(SCHEDULE, state.scheduleMemory().clone());
        }
        if (selection != null) {
            selection.writeTo(position, tensors);
        }
        residuals.moveTo(tensors);
        return new Checkpoint(state.step(), position, tensors);
    }
}
