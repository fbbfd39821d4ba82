package dev.lockstep.cluster.chaos;

import dev.lockstep.core.fault.Fault;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** A connection that passes through the {@link ChaosNetwork}: two sockets and a thread for each direction. */
final class ChaosConnection {
    private static final int BUFFER_BYTES = 32 << 10;

    /** Where a data channel's first message names the rank that connects: behind mark and generation. */
    private static final int RANK_AT = 16;

    private static final int UNKNOWN = Integer.MIN_VALUE;

    private final ChaosNetwork network;
    private final Socket connecting;
    private final Socket accepting;

    /** Whose port it is. */
    final PlayedProcess owner;

    /** The other end: a rank, or the driver; unknown before the first bytes came. */
    volatile @Nullable PlayedProcess peer;

    final boolean control;
    private int openDirections = 2;
    private volatile boolean broken;

    /** @param control whether it is the owner's own way to the driver; else somebody connects to the owner's data port */
    ChaosConnection(ChaosNetwork network, Socket connecting, Socket accepting, PlayedProcess owner, boolean control) {
        this.network = network;
        this.connecting = connecting;
        this.accepting = accepting;
        this.owner = owner;
        this.control = control;
    }

    void start() {
        ChaosNetwork.daemon(() -> pump(connecting, accepting, true), "chaos-there");
        ChaosNetwork.daemon(() -> pump(accepting, connecting, false), "chaos-back");
    }

    /** The rank at its one end: that of the owner. */
    int ownerRank() {
        return owner.rank();
    }

    /** The rank at its other end, or {@link Fault#DRIVER}. */
    int peerRank() {
        PlayedProcess known = peer;
        return control ? Fault.DRIVER : known == null ? UNKNOWN : known.rank();
    }

    boolean touches(PlayedProcess process) {
        return owner.equals(process) || process.equals(peer);
    }

    boolean isBroken() {
        return broken;
    }

    private void pump(Socket from, Socket to, boolean there) {
        byte[] buffer = new byte[BUFFER_BYTES];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                if (there && !control && peer == null && count >= RANK_AT + Integer.BYTES) {
                    peer = network.current(ByteBuffer.wrap(buffer).getInt(RANK_AT));
                }
                network.pass(this, control == there ? ownerRank() : peerRank(), buffer, count);
                out.write(buffer, 0, count);
            }
            network.pass(this, control == there ? ownerRank() : peerRank(), buffer, 0);
            to.shutdownOutput();
        } catch (IOException closed) {
            breakOff();
        } finally {
            if (lastDirection()) {
                close(connecting);
                close(accepting);
                network.forget(this);
            }
        }
    }

    private synchronized boolean lastDirection() {
        return --openDirections == 0;
    }

    /** As a lost process or a firewall's reset: both ends see an error at once, and what was under way is lost. */
    void breakOff() {
        broken = true;
        for (Socket socket : new Socket[] {connecting, accepting}) {
            try {
                socket.setSoLinger(true, 0);
            } catch (IOException alreadyClosed) {
                // Then there is nothing to reset.
            }
            close(socket);
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException ignored) {
            // It is given up in any case.
        }
    }
}
