package dev.lockstep.core.train;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.core.checkpoint.Checkpoint;
import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import dev.lockstep.core.sync.TrainingState;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A training's state as it stands in a checkpoint. */
record CheckpointImage(TrainingState state, List<StatePart> parts, long seed, String blasKernel) {
    private static final String PARAMETERS = "parameters";
    private static final String OPTIMIZER = "optimizer";
    private static final String SYNC = "sync";
    private static final String SCHEDULE = "schedule";

    /** Takes everything. */
    void readFrom(Checkpoint checkpoint) {
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
        TrainingState.requireHeader(values, checkpoint.step());
        state.readHeader(values);
        parts.forEach(part -> part.readFrom(checkpoint));
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

    /** A copy of everything; nobody else has its arrays. */
    Checkpoint copy(@Nullable ObjectNode lastEpoch) {
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
        parts.forEach(part -> part.writeTo(position, tensors));
        return new Checkpoint(state.step(), position, tensors);
    }
}
