package dev.lockstep.cluster.membership;

import dev.lockstep.cluster.collective.TcpProcessGroup;
import dev.lockstep.cluster.membership.ControlMessage.Formed;
import dev.lockstep.cluster.membership.ControlMessage.Place;
import dev.lockstep.cluster.transport.PeerConnection;
import dev.lockstep.cluster.transport.PeerListener;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens one generation's data channels: a worker connects to every lower rank and waits for every higher one. What was
 * opened is closed again unless all of it could be.
 */
final class DataChannels implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DataChannels.class);

    private final PeerListener dataPort;
    private final int rank;
    private final Duration deadline;
    private final BooleanSupplier givenUp;
    private final List<PeerConnection> opened = new ArrayList<>();
    private int unreached = Unreached.NOBODY;

    DataChannels(PeerListener dataPort, int rank, Duration deadline, BooleanSupplier givenUp) {
        this.dataPort = dataPort;
        this.rank = rank;
        this.deadline = deadline;
        this.givenUp = givenUp;
    }

    TcpProcessGroup open(Formed formed, Duration stallDeadline)
            throws IOException, InterruptedException, TimeoutException {
        long end = System.nanoTime() + deadline.toNanos();
        int size = formed.members().size();
        for (int peer = 0; peer < size; peer++) {
            Duration left = Duration.ofNanos(Math.max(1_000_000, end - System.nanoTime()));
            if (givenUp.getAsBoolean()) {
                throw new IOException("generation " + formed.generation() + " was given up while it was opened");
            }
            unreached = peer;
            if (peer < rank) {
                opened.add(connect(formed, peer, left));
            } else if (peer > rank) {
                opened.add(dataPort.accept(formed.generation(), peer, left, givenUp));
            }
        }
        unreached = Unreached.NOBODY;
        long sharing = opened.stream().filter(PeerConnection::sharesMemory).count();
        LOG.info(
                "Generation {}: rank {} reaches {} workers through shared memory, {} over sockets",
                formed.generation(),
                rank,
                sharing,
                opened.size() - sharing);
        TcpProcessGroup group = new TcpProcessGroup(rank, size, opened, stallDeadline);
        opened.clear();
        return group;
    }

    /** Whom this worker could not reach, unless the opening was given up for another reason; else nobody. */
    int unreached() {
        return givenUp.getAsBoolean() ? Unreached.NOBODY : unreached;
    }

    private PeerConnection connect(Formed formed, int peer, Duration left) throws IOException {
        Place place = formed.members().get(peer);
        try {
            return dataPort.connect(place.host(), place.port(), formed.generation(), peer, left);
        } catch (IOException failure) {
            throw new IOException(
                    "no data channel to rank " + peer + " (" + place.host() + ":" + place.port() + "): "
                            + failure.getMessage(),
                    failure);
        }
    }

    @Override
    public void close() {
        opened.forEach(PeerConnection::close);
    }
}
