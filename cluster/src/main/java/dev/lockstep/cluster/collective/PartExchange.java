package dev.lockstep.cluster.collective;

import dev.lockstep.cluster.transport.PeerChannel;
import dev.lockstep.core.collective.ByteBlock;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Blocks of any length from every rank to every other. A block's length goes ahead of it on the same channel, and the
 * block follows without waiting for anybody: one way, however long the way is.
 */
final class PartExchange {
    private final PeerMesh mesh;
    private final ByteBuffer[] lengthsOut;
    private final ByteBuffer[] lengthsIn;
    private final boolean[] blockSent;
    private final boolean[] blockAwaited;
    private ByteBlock[] outgoing = new ByteBlock[0];
    private ByteBlock[] incoming = new ByteBlock[0];
    private int limit;

    PartExchange(PeerMesh mesh, int size) {
        this.mesh = mesh;
        lengthsOut = new ByteBuffer[size];
        lengthsIn = new ByteBuffer[size];
        for (int rank = 0; rank < size; rank++) {
            lengthsOut[rank] = ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            lengthsIn[rank] = ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        }
        blockSent = new boolean[size];
        blockAwaited = new boolean[size];
    }

    /** See {@link dev.lockstep.core.collective.ProcessGroup#exchange}. */
    void run(ByteBlock[] newOutgoing, ByteBlock[] newIncoming, int newLimit) {
        outgoing = newOutgoing;
        incoming = newIncoming;
        limit = newLimit;
        for (PeerChannel peer : mesh.peers()) {
            int other = peer.peerRank();
            blockSent[other] = false;
            blockAwaited[other] = false;
            lengthsOut[other].putInt(0, outgoing[other].length());
            peer.send(lengthsOut[other].array(), 0, Integer.BYTES);
            peer.receive(lengthsIn[other].array(), 0, Integer.BYTES);
        }
        mesh.exchange(this::follow);
    }

    /** After a length, in either direction, comes the block. */
    private void follow(PeerChannel peer) throws IOException {
        int other = peer.peerRank();
        if (!peer.isSending() && !blockSent[other]) {
            blockSent[other] = true;
            peer.send(outgoing[other].bytes(), 0, outgoing[other].length());
        }
        if (!peer.isReceiving() && !blockAwaited[other]) {
            blockAwaited[other] = true;
            int length = lengthsIn[other].getInt(0);
            if (length < 0 || length > limit) {
                throw new IOException(
                        "it announced " + length + " bytes of at most " + limit + "; the workers' calls differ");
            }
            peer.receive(incoming[other].reserve(length), 0, length);
        }
    }
}
