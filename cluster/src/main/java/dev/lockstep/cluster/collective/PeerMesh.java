package dev.lockstep.cluster.collective;

import dev.lockstep.cluster.transport.PeerChannel;
import dev.lockstep.cluster.transport.PeerConnection;
import dev.lockstep.core.collective.AttemptEndedException;
import dev.lockstep.core.collective.PeerLostException;
import dev.lockstep.core.collective.Ranks;
import java.io.IOException;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One rank's channels to all others, and the only place that waits for them. They live and die together: once one is
 * lost, nothing of this generation can be completed.
 *
 * <p>One thread sends and receives in turn without blocking, so that no two ranks can wait for each other's buffers; it
 * spins briefly before it gives its core away. Used by one thread, except for {@link #abort}.
 */
final class PeerMesh {
    /** Longer than a peer's jitter within a step, much shorter than a step that a core could use for something else. */
    private static final long SPIN_NANOSECONDS = 100_000;

    /** From then on the spinner lets others run: a worker on the same machine may be waiting for this very core. */
    private static final long PURE_SPIN_NANOSECONDS = 10_000;

    private static final long SELECT_MILLISECONDS = 1_000;

    private record Abortion(String reason, boolean attemptEnded) {}

    /** What comes after a transfer on the same channel. */
    interface Following {
        /** @throws IOException when what arrived is not what had to come */
        void moved(PeerChannel peer) throws IOException;
    }

    private final long stallNanoseconds;
    private final PeerChannel[] peers;
    private final SelectionKey[] keys;
    private final Selector selector;
    private volatile @Nullable Abortion abortion;
    private @Nullable String deadReason;

    PeerMesh(List<PeerConnection> connections, Duration stallDeadline) throws IOException {
        stallNanoseconds = stallDeadline.toNanos();
        selector = Selector.open();
        peers = new PeerChannel[connections.size()];
        keys = new SelectionKey[peers.length];
        for (int i = 0; i < peers.length; i++) {
            peers[i] = PeerChannel.over(connections.get(i));
            keys[i] = peers[i].socket().register(selector, 0);
        }
    }

    /** The channels; not to be changed. */
    PeerChannel[] peers() {
        return peers;
    }

    /**
     * Returns when there is no reason why a call could not begin.
     *
     * @throws PeerLostException when a peer was lost or this rank has left
     */
    void requireAlive() {
        failIfAborted();
        if (deadReason != null) {
            throw new PeerLostException(deadReason, null);
        }
    }

    /** Makes the exchange that runs now, and every later one, fail. Safe for any thread. */
    void abort(String reason, boolean attemptEnded) {
        if (abortion == null) {
            abortion = new Abortion(reason, attemptEnded);
        }
        selector.wakeup();
    }

    /** Leaves; the others fail when they next need this rank. */
    void close() {
        if (deadReason == null) {
            deadReason = "this worker has left the group";
        }
        for (PeerChannel peer : peers) {
            peer.close();
        }
        try {
            selector.close();
        } catch (IOException ignored) {
            // Nothing is waiting on it any more.
        }
    }

    /**
     * Runs the transfers that were set until all are done.
     *
     * @throws PeerLostException when one cannot be completed
     */
    void exchange() {
        exchange(peer -> {});
    }

    /**
     * Moves what can be moved now, without waiting.
     *
     * @param following is shown each channel that moved, and may set its next transfers
     * @throws PeerLostException when a transfer cannot be completed
     */
    void poll(Following following) {
        boolean moved = true;
        while (moved) {
            failIfAborted();
            moved = false;
            for (PeerChannel peer : peers) {
                if (peer.isSending() || peer.isReceiving()) {
                    moved |= progress(peer, following);
                }
            }
        }
    }

    /**
     * Runs the transfers that were set, and those that follow them, until all are done.
     *
     * @param following is shown each channel that moved, and may set its next transfers
     * @throws PeerLostException when one cannot be completed
     */
    void exchange(Following following) {
        long idleSince = 0;
        while (true) {
            boolean moved = false;
            boolean done = true;
            for (PeerChannel peer : peers) {
                if (peer.isSending() || peer.isReceiving()) {
                    moved |= progress(peer, following);
                    done &= !peer.isSending() && !peer.isReceiving();
                }
            }
            if (done) {
                return;
            }
            failIfAborted();
            if (moved) {
                idleSince = 0;
                continue;
            }
            long now = System.nanoTime();
            idleSince = idleSince == 0 ? now : idleSince;
            if (now - idleSince < PURE_SPIN_NANOSECONDS) {
                Thread.onSpinWait();
            } else if (now - idleSince < SPIN_NANOSECONDS) {
                yieldCore();
            } else {
                awaitSockets(now - idleSince);
            }
        }
    }

    // Correct whatever the scheduler does: yielding only decides who waits, select() ends every wait.
    @SuppressWarnings("ThreadPriorityCheck")
    private static void yieldCore() {
        Thread.yield();
    }

    private boolean progress(PeerChannel peer, Following following) {
        try {
            boolean moved = peer.progress();
            if (moved) {
                following.moved(peer);
            }
            return moved;
        } catch (IOException failure) {
            failIfAborted();
            throw die(
                    describe(peer) + " is lost: "
                            + (failure.getMessage() == null ? failure.toString() : failure.getMessage()),
                    failure);
        }
    }

    private void awaitSockets(long idleNanoseconds) {
        if (idleNanoseconds > stallNanoseconds) {
            throw die(
                    "nothing moved for " + Ranks.seconds(Duration.ofNanos(stallNanoseconds)) + " s to or from "
                            + describeUnfinished() + "; setting: cluster.stall_seconds",
                    null);
        }
        try {
            for (int i = 0; i < peers.length; i++) {
                boolean finished = !peers[i].isSending() && !peers[i].isReceiving();
                int operations = finished ? 0 : peers[i].prepareToWait();
                if (operations == 0 && !finished) {
                    return;
                }
                keys[i].interestOps(operations);
            }
            long left = (stallNanoseconds - idleNanoseconds) / 1_000_000 + 1;
            selector.select(Math.min(left, SELECT_MILLISECONDS));
            selector.selectedKeys().clear();
        } catch (IOException | CancelledKeyException failure) {
            throw die("waiting for " + describeUnfinished() + " failed: " + failure, failure);
        }
        if (Thread.currentThread().isInterrupted()) {
            throw die("this worker was interrupted while it waited for " + describeUnfinished(), null);
        }
    }

    private String describeUnfinished() {
        StringBuilder text = new StringBuilder();
        for (PeerChannel peer : peers) {
            if (peer.isSending() || peer.isReceiving()) {
                text.append(text.isEmpty() ? "" : ", ").append(describe(peer));
            }
        }
        return text.toString();
    }

    private static String describe(PeerChannel peer) {
        return "rank " + peer.peerRank() + " (" + peer.address() + ")";
    }

    private void failIfAborted() {
        Abortion known = abortion;
        if (known == null) {
            return;
        }
        PeerLostException lost = die(known.reason(), null);
        throw known.attemptEnded() ? new AttemptEndedException(known.reason(), null) : lost;
    }

    /** Closes everything: the others learn at once, by their broken connections, that this step will not be. */
    private PeerLostException die(String reason, @Nullable Throwable cause) {
        if (deadReason == null) {
            deadReason = reason;
        }
        close();
        return new PeerLostException(reason, cause);
    }
}
