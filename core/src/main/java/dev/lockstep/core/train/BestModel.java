package dev.lockstep.core.train;

/**
 * The parameters of the best epoch of a run.
 *
 * @param epoch which, from 1
 * @param step the last one of that epoch
 * @param parameters the flat vector
 */
@SuppressWarnings("ArrayRecordComponent") // handed on once, never compared
public record BestModel(int epoch, long step, float[] parameters) {}
