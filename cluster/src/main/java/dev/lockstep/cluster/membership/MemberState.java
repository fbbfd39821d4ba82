package dev.lockstep.cluster.membership;

import dev.lockstep.cluster.collective.TcpProcessGroup;
import dev.lockstep.cluster.membership.ControlMessage.Ended;
import dev.lockstep.cluster.membership.ControlMessage.Evicted;
import dev.lockstep.cluster.membership.ControlMessage.Formed;
import dev.lockstep.cluster.membership.ControlMessage.Left;
import dev.lockstep.cluster.membership.ControlMessage.Regroup;
import dev.lockstep.cluster.membership.ControlMessage.Stop;
import dev.lockstep.cluster.membership.ControlMessage.Welcome;
import dev.lockstep.cluster.transport.ControlConnection;
import dev.lockstep.cluster.transport.ControlListener;
import dev.lockstep.cluster.transport.PeerListener;
import dev.lockstep.core.collective.AttemptEndedException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** What the coordinator said; shared between the network thread and the worker's. */
final class MemberState implements ControlListener {
    private static final long WAIT_MILLISECONDS = 100;

    private final String coordinatorAddress;
    private boolean welcomed;
    private boolean left;
    private volatile boolean stopRequested;
    private @Nullable String ended;
    private boolean endedHereOnly;
    private @Nullable Formed formed;
    private long brokenGeneration;
    private @Nullable TcpProcessGroup group;
    private long groupGeneration;
    private @Nullable PeerListener dataPort;

    MemberState(String coordinatorAddress) {
        this.coordinatorAddress = coordinatorAddress;
    }

    /** The data port whose attempts to connect are given up with their generation. */
    synchronized void useDataPort(PeerListener port) {
        dataPort = port;
    }

    boolean stopRequested() {
        return stopRequested;
    }

    @Override
    public synchronized void received(ControlConnection connection, byte[] bytes) {
        try {
            ControlMessage message = ControlMessage.decode(bytes);
            if (message instanceof Welcome welcome) {
                welcomed = true;
                stopRequested = welcome.stopRequested();
            } else if (message instanceof Formed news) {
                formed = news;
            } else if (message instanceof Regroup regroup) {
                breakGeneration(regroup.generation(), regroup.reason());
            } else if (message instanceof Stop) {
                stopRequested = true;
            } else if (message instanceof Left) {
                left = true;
            } else if (message instanceof Evicted evicted) {
                end(evicted.reason(), true);
            } else if (message instanceof Ended end) {
                end(end.reason(), false);
            }
        } catch (IOException notOurs) {
            end(
                    "the coordinator at " + coordinatorAddress + " sent something that is no control message: "
                            + notOurs.getMessage(),
                    true);
        }
        notifyAll();
    }

    @Override
    public synchronized void closed(ControlConnection connection) {
        end("the coordinator at " + coordinatorAddress + " is gone, or has given this worker up", true);
        notifyAll();
    }

    /** @param hereOnly whether the others may go on, with a new worker in this one's place */
    synchronized void end(String reason, boolean hereOnly) {
        if (ended == null) {
            ended = reason;
            endedHereOnly = hereOnly;
        }
        if (group != null) {
            // Where it is over for this worker alone, the next join tells so.
            group.abort(ended, !endedHereOnly);
        }
        if (dataPort != null) {
            dataPort.interruptConnecting();
        }
        notifyAll();
    }

    private void breakGeneration(long generation, String reason) {
        brokenGeneration = Math.max(brokenGeneration, generation);
        if (group != null && groupGeneration <= generation) {
            group.abort(reason, false);
        }
        if (formed != null && formed.generation() <= generation && dataPort != null) {
            dataPort.interruptConnecting();
        }
    }

    synchronized void failIfEnded() {
        if (ended != null) {
            throw endedHereOnly
                    ? AttemptEndedException.forThisWorkerOnly(ended, null)
                    : new AttemptEndedException(ended, null);
        }
    }

    synchronized boolean isGivenUp(long generation) {
        return ended != null || brokenGeneration >= generation;
    }

    /**
     * Makes the group the one that news can reach.
     *
     * @return whether its generation still holds
     */
    synchronized boolean adopt(TcpProcessGroup newGroup, long generation) {
        if (isGivenUp(generation)) {
            return false;
        }
        group = newGroup;
        groupGeneration = generation;
        return true;
    }

    synchronized @Nullable TcpProcessGroup release() {
        TcpProcessGroup released = group;
        group = null;
        formed = null;
        return released;
    }

    synchronized Formed awaitFormed(long deadline, String lateMessage) throws InterruptedException {
        while (true) {
            failIfEnded();
            if (formed != null) {
                return formed;
            }
            if (System.nanoTime() > deadline) {
                throw new AttemptEndedException(lateMessage, null);
            }
            wait(WAIT_MILLISECONDS);
        }
    }

    synchronized boolean awaitWelcome(long deadline) throws InterruptedException {
        while (!welcomed && ended == null && System.nanoTime() < deadline) {
            wait(WAIT_MILLISECONDS);
        }
        failIfEnded();
        return welcomed;
    }

    synchronized boolean awaitLeft(long deadline) throws InterruptedException {
        while (!left && ended == null && System.nanoTime() < deadline) {
            wait(WAIT_MILLISECONDS);
        }
        return left || ended != null;
    }
}
