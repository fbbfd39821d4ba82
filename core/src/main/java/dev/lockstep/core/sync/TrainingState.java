package dev.lockstep.core.sync;

import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import dev.lockstep.core.optimizer.OptimizerState;

/**
 * What a worker holds of the run: the flat vectors and the position. Equal on all ranks wherever the ranks are merged;
 * all of it passes from rank to rank, into checkpoints and back.
 */
public final class TrainingState {
    private static final int POSITION_LENGTH = 3;

    /** The length of {@link #header()}. */
    public static final int HEADER_LENGTH = POSITION_LENGTH + RunningTotals.LENGTH;

    private final float[] parameters;
    private final OptimizerState optimizerState;
    private final float[] syncState;
    private final float[] scheduleMemory;
    private final RunningTotals totals = new RunningTotals();
    private long step;
    private int epoch;
    private int stepInEpoch;

    /**
     * A state at the very beginning.
     *
     * @param parameters the replica's live flat vector
     * @param optimizerSlots floats of optimizer state a parameter
     */
    public TrainingState(float[] parameters, int optimizerSlots) {
        this(parameters, optimizerSlots, 0);
    }

    /**
     * A state at the very beginning.
     *
     * @param parameters the replica's live flat vector
     * @param optimizerSlots floats of optimizer state a parameter
     * @param syncFloats floats of the strategy's state
     */
    public TrainingState(float[] parameters, int optimizerSlots, int syncFloats) {
        this(parameters, optimizerSlots, syncFloats, 0);
    }

    /**
     * A state at the very beginning.
     *
     * @param parameters the replica's live flat vector
     * @param optimizerSlots floats of optimizer state a parameter
     * @param syncFloats floats of the strategy's state
     * @param scheduleFloats floats that the learning rate's schedule remembers
     */
    public TrainingState(float[] parameters, int optimizerSlots, int syncFloats, int scheduleFloats) {
        this.parameters = parameters;
        this.optimizerState = new OptimizerState(optimizerSlots, parameters.length);
        this.syncState = new float[syncFloats];
        this.scheduleMemory = new float[scheduleFloats];
    }

    /** The flat parameter vector, live. */
    public float[] parameters() {
        return parameters;
    }

    /** What the optimizer remembers, live. */
    public OptimizerState optimizerState() {
        return optimizerState;
    }

    /** The strategy's state that is the same on all ranks, live; see {@link SyncSpec#stateLength}. */
    public float[] syncState() {
        return syncState;
    }

    /** What the learning rate's schedule remembers, the same on all ranks, live. */
    public float[] scheduleMemory() {
        return scheduleMemory;
    }

    /** Sums of the current epoch so far. */
    public RunningTotals totals() {
        return totals;
    }

    /** How many steps have been applied since the beginning of the run. */
    public long step() {
        return step;
    }

    /** The current epoch, from 0. */
    public int epoch() {
        return epoch;
    }

    /** How many steps of the current epoch have been applied. */
    public int stepInEpoch() {
        return stepInEpoch;
    }

    /** One more step has been applied. */
    public void advanceStep() {
        step++;
        stepInEpoch++;
    }

    /** The epoch is finished: the next one begins with empty sums. */
    public void advanceEpoch() {
        epoch++;
        stepInEpoch = 0;
        totals.clear();
    }

    /** Position and sums as numbers: step, epoch, step in epoch, totals. */
    public double[] header() {
        double[] header = new double[HEADER_LENGTH];
        header[0] = step;
        header[1] = epoch;
        header[2] = stepInEpoch;
        totals.writeTo(header, POSITION_LENGTH);
        return header;
    }

    /**
     * Requires that numbers of a file are a {@link #header()}.
     *
     * @throws LockstepException when they are of another step, or no counts
     */
    public static void requireHeader(double[] header, long step) {
        boolean fits = header[0] == step;
        for (int i = 0; i < POSITION_LENGTH; i++) {
            fits &= header[i] >= 0 && header[i] == Math.rint(header[i]);
        }
        if (!fits || header[1] > Integer.MAX_VALUE || header[2] > Integer.MAX_VALUE) {
            throw new LockstepException(
                    ExitCode.MODEL,
                    "checkpoint of step " + step + ": state.json: step " + header[0] + ", epoch " + header[1]
                            + " and step in epoch " + header[2] + " are no position; start anew with --fresh");
        }
    }

    /** Takes position and sums from {@link #header()}'s form. */
    public void readHeader(double[] header) {
        step = (long) header[0];
        epoch = (int) header[1];
        stepInEpoch = (int) header[2];
        totals.readFrom(header, POSITION_LENGTH);
    }

    /** Takes everything from another state of the same network. */
    public void copyFrom(TrainingState other) {
        System.arraycopy(other.parameters, 0, parameters, 0, parameters.length);
        optimizerState.copyFrom(other.optimizerState);
        System.arraycopy(other.syncState, 0, syncState, 0, syncState.length);
        System.arraycopy(other.scheduleMemory, 0, scheduleMemory, 0, scheduleMemory.length);
        readHeader(other.header());
    }

    /** A copy with arrays of its own. */
    public TrainingState copy() {
        TrainingState copy = new TrainingState(
                new float[parameters.length], optimizerState.slots(), syncState.length, scheduleMemory.length);
        copy.copyFrom(this);
        return copy;
    }
}
