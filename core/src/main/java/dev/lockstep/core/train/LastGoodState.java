package dev.lockstep.core.train;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.core.checkpoint.Checkpoint;
import dev.lockstep.core.collective.ProcessGroup;
import dev.lockstep.core.sync.TrainingState;
import java.util.SortedMap;

/**
 * A state to go back to, kept by every rank in memory and in every checkpoint: which one it is depends on the step alone,
 * so that a run goes back to the same one however often it was killed and resumed.
 */
final class LastGoodState implements StatePart {
    private static final String NAME = "good";

    private final int everySteps;
    private final TrainingState kept;
    private boolean has;

    /**
     * Keeps nothing yet.
     *
     * @param everySteps steps between two states that are kept
     * @param state live; its arrays give the sizes
     */
    LastGoodState(int everySteps, TrainingState state) {
        this.everySteps = everySteps;
        this.kept = state.copy();
    }

    /** Whether the state after a merge is the next one to keep, or the first. */
    boolean isDue(TrainingState state) {
        return !has || state.step() / everySteps > kept.step() / everySteps;
    }

    /** Keeps a state. */
    void keep(TrainingState state) {
        kept.copyFrom(state);
        has = true;
    }

    /**
     * Gives a state the parameters, the optimizer state and that of the strategy which were kept. Where it is stays.
     *
     * @return the step of what was kept
     */
    long goBack(TrainingState state) {
        double[] position = state.header();
        float[] schedule = state.scheduleMemory().clone();
        state.copyFrom(kept);
        state.readHeader(position);
        System.arraycopy(schedule, 0, state.scheduleMemory(), 0, schedule.length);
        return kept.step();
    }

    @Override
    public void writeTo(ObjectNode position, SortedMap<String, float[]> tensors) {
        if (has) {
            position.putObject(NAME).put("step", kept.step());
            tensors.put(NAME + ".parameters", kept.parameters().clone());
            tensors.put(NAME + ".optimizer", kept.optimizerState().toFlat());
            if (kept.syncState().length > 0) {
                tensors.put(NAME + ".sync", kept.syncState().clone());
            }
        }
    }

    /** One of a run without this policy has none: the first state that it goes on with is kept then. */
    @Override
    public void readFrom(Checkpoint checkpoint) {
        JsonNode step = checkpoint.state().path(NAME).path("step");
        has = step.isIntegralNumber();
        if (has) {
            copy(checkpoint.tensor(NAME + ".parameters"), kept.parameters());
            kept.optimizerState().readFlat(checkpoint.tensor(NAME + ".optimizer"));
            if (kept.syncState().length > 0) {
                copy(checkpoint.tensor(NAME + ".sync"), kept.syncState());
            }
            setStep(step.asLong());
        }
    }

    private static void copy(float[] saved, float[] target) {
        System.arraycopy(saved, 0, target, 0, target.length);
    }

    private void setStep(long step) {
        double[] header = kept.header();
        header[0] = step;
        kept.readHeader(header);
    }

    @Override
    public void broadcast(ProcessGroup group, int root) {
        double[] about = {has ? 1 : 0, kept.step()};
        group.broadcast(about, about.length, root);
        has = about[0] > 0;
        if (has) {
            group.broadcast(kept.parameters(), kept.parameters().length, root);
            for (int slot = 0; slot < kept.optimizerState().slots(); slot++) {
                group.broadcast(kept.optimizerState().slot(slot), kept.parameters().length, root);
            }
            group.broadcast(kept.syncState(), kept.syncState().length, root);
            setStep((long) about[1]);
        }
    }
}
