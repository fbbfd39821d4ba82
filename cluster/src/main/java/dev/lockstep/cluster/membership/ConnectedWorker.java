package dev.lockstep.cluster.membership;

import dev.lockstep.cluster.membership.ControlMessage.Join;
import dev.lockstep.cluster.transport.ControlConnection;
import org.jspecify.annotations.Nullable;

/** One worker that the coordinator knows, and what it does now. Used by the coordinator's one thread. */
final class ConnectedWorker {
    final int rank;
    final int attempt;
    final ControlConnection connection;

    /** How it wants to meet the others; null while it is not waiting for them. */
    @Nullable
    Join waiting;

    boolean wasInGeneration;
    boolean left;

    ConnectedWorker(int rank, int attempt, ControlConnection connection) {
        this.rank = rank;
        this.attempt = attempt;
        this.connection = connection;
    }
}
