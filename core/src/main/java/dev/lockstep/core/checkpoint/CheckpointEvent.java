package dev.lockstep.core.checkpoint;

import org.jspecify.annotations.Nullable;

/** What happened to a checkpoint, for the log, the metrics and the tests. */
public sealed interface CheckpointEvent {
    /** The step it is about. */
    long step();

    /**
     * Written, verified and published.
     *
     * @param step last applied step
     * @param directory its path
     * @param seconds from the first byte to the rename
     * @param bytes of all its files but the manifest
     */
    record Written(long step, String directory, double seconds, long bytes) implements CheckpointEvent {}

    /**
     * An attempt to write it failed.
     *
     * @param step last applied step
     * @param attempt from 1, counted since the last success
     * @param reason what went wrong
     * @param retryInSeconds how long until the next attempt, or null when there will be none
     */
    record Failed(long step, int attempt, String reason, @Nullable Double retryInSeconds) implements CheckpointEvent {}

    /**
     * A damaged checkpoint was passed over.
     *
     * @param step by its name
     * @param directory its name
     * @param reason file, expected and found
     */
    record Damaged(long step, String directory, String reason) implements CheckpointEvent {}

    /**
     * Old checkpoints could not be deleted; the one just written is safe and the next write tries again.
     *
     * @param step of the one just written
     * @param reason what went wrong
     */
    record PruneFailed(long step, String reason) implements CheckpointEvent {}
}
