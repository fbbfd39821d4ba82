package dev.lockstep.cluster.membership;

import dev.lockstep.cluster.transport.FirstFreePort;
import dev.lockstep.cluster.transport.PeerListener;
import dev.lockstep.core.error.LockstepException;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A worker's port for the others, or why it has none. A worker without one can still tell the driver, which then ends
 * the attempt with the reason instead of waiting for a worker that never comes.
 */
final class DataPort implements AutoCloseable {
    private static final long AGAIN_MILLISECONDS = 200;

    private final @Nullable PeerListener listener;
    private final @Nullable String advertisedHost;
    private final @Nullable LockstepException absence;

    private DataPort(
            @Nullable PeerListener listener, @Nullable String advertisedHost, @Nullable LockstepException absence) {
        this.listener = listener;
        this.advertisedHost = advertisedHost;
        this.absence = absence;
    }

    /**
     * Takes the first free port. Where all are taken it tries again for a while: a worker that this one replaces may not
     * have given up its own yet.
     *
     * @param wanted finds out where the port is to be; a failure of it is kept
     */
    static DataPort open(int rank, MembershipSettings settings, Supplier<DataAddress> wanted)
            throws IOException, InterruptedException {
        try {
            DataAddress address = wanted.get();
            FirstFreePort place = new FirstFreePort(DataAddress.PORTS_SETTING, address.ports(), address.bindHost());
            long end = System.nanoTime() + settings.openingDeadline().toNanos();
            while (System.nanoTime() < end) {
                Optional<PeerListener> opened = place.open(port -> listener(rank, settings, address.bindHost(), port));
                if (opened.isPresent()) {
                    return new DataPort(opened.get(), address.advertisedHost(), null);
                }
                TimeUnit.MILLISECONDS.sleep(AGAIN_MILLISECONDS);
            }
            return new DataPort(null, null, place.taken());
        } catch (LockstepException unsuitable) {
            return new DataPort(null, null, unsuitable);
        }
    }

    private static PeerListener listener(int rank, MembershipSettings settings, @Nullable String host, int port)
            throws IOException {
        return new PeerListener(
                host, port, settings.secret().bytes(), rank, settings.transport(), settings.openingDeadline());
    }

    /** What the others are told, or null for the address that this worker reaches the driver from. */
    @Nullable
    String advertisedHost() {
        return advertisedHost;
    }

    /** Has attempts to connect given up with their generation. */
    void lend(MemberState state) {
        if (listener != null) {
            state.useDataPort(listener);
        }
    }

    /**
     * The listener.
     *
     * @throws LockstepException when there is none
     */
    PeerListener required() {
        if (listener == null) {
            throw absence == null ? new IllegalStateException("neither a port nor a reason") : absence;
        }
        return listener;
    }

    @Override
    public void close() {
        if (listener != null) {
            listener.close();
        }
    }
}
