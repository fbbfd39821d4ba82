package dev.lockstep.cluster.transport;

/** What happens on control connections. Called from network threads: implementations return at once. */
public interface ControlListener {
    /** A whole message came over an authenticated connection. */
    void received(ControlConnection connection, byte[] message);

    /** The connection is gone, whoever closed it. Called once for a connection that has delivered a message or was opened by this side. */
    void closed(ControlConnection connection);
}
