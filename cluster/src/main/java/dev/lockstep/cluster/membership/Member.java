package dev.lockstep.cluster.membership;

import dev.lockstep.cluster.collective.TcpProcessGroup;
import dev.lockstep.cluster.membership.ControlMessage.Event;
import dev.lockstep.cluster.membership.ControlMessage.Formed;
import dev.lockstep.cluster.membership.ControlMessage.Heartbeat;
import dev.lockstep.cluster.membership.ControlMessage.Hello;
import dev.lockstep.cluster.membership.ControlMessage.Join;
import dev.lockstep.cluster.membership.ControlMessage.Leave;
import dev.lockstep.cluster.transport.ControlClient;
import dev.lockstep.cluster.transport.PeerListener;
import dev.lockstep.core.collective.AttemptEndedException;
import dev.lockstep.core.collective.Generation;
import dev.lockstep.core.collective.Membership;
import dev.lockstep.core.collective.PeerLostException;
import dev.lockstep.core.collective.Ranks;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A worker process's standing in the run. One thread joins and steps; {@link #close()} may come from any. */
public final class Member implements Membership {
    private static final Logger LOG = LoggerFactory.getLogger(Member.class);
    private static final Duration LEAVE_DEADLINE = Duration.ofSeconds(10);
    private static final long HEARTBEAT_MILLISECONDS = 1_000;
    private static final long WAIT_MILLISECONDS = 100;

    private final int rank;
    private final MembershipSettings settings;
    private final String coordinatorAddress;
    private final DataPort dataPort;
    private final String advertisedHost;
    private final ControlClient control;
    private final ScheduledExecutorService heartbeat;
    private final MemberState state;

    /** Who could not be reached when the data channels were opened last, or nobody. */
    private int unreached = Unreached.NOBODY;

    private Member(
            int rank,
            MembershipSettings settings,
            String coordinatorAddress,
            DataPort dataPort,
            String advertisedHost,
            ControlClient control,
            MemberState state) {
        this.rank = rank;
        this.settings = settings;
        this.coordinatorAddress = coordinatorAddress;
        this.dataPort = dataPort;
        this.advertisedHost = advertisedHost;
        this.control = control;
        this.state = state;
        heartbeat = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread created = new Thread(task, "lockstep-heartbeat");
            created.setDaemon(true);
            return created;
        });
        long period = Math.max(
                10, Math.min(HEARTBEAT_MILLISECONDS, settings.stallDeadline().toMillis() / 4));
        byte[] message = new Heartbeat().encode();
        var unused = heartbeat.scheduleAtFixedRate(
                () -> control.connection().send(message), 0, period, TimeUnit.MILLISECONDS);
    }

    /**
     * Introduces this worker to the coordinator, with its data port wherever one is free.
     *
     * @see #connect(String, int, int, MembershipSettings, DataAddress)
     */
    public static Member connect(String address, int rank, int attempt, MembershipSettings settings) {
        return connect(address, rank, attempt, settings, DataAddress.AUTOMATIC);
    }

    /**
     * Introduces this worker to the coordinator, with its data port at an address that is known.
     *
     * @see #connect(String, int, int, MembershipSettings, Supplier)
     */
    public static Member connect(
            String address, int rank, int attempt, MembershipSettings settings, DataAddress dataAddress) {
        return connect(address, rank, attempt, settings, () -> dataAddress);
    }

    /**
     * Introduces this worker to the coordinator. That there is no port for the others, or no such address, is told by
     * {@link #join}: until then this worker can tell the driver, which would else wait for it.
     *
     * @param address what {@link Coordinator#address()} says
     * @param rank of this worker: its Spark partition id
     * @param attempt of this worker's task; a newer one replaces an older one
     * @param settings as the coordinator's; host, bindHost and port are not used here
     * @param dataAddress finds out where the data port is to be
     * @throws AttemptEndedException when the coordinator is not there, does not share the secret, or refuses
     */
    public static Member connect(
            String address, int rank, int attempt, MembershipSettings settings, Supplier<DataAddress> dataAddress) {
        int colon = address.lastIndexOf(':');
        if (colon <= 0) {
            throw new IllegalArgumentException("address: expected host:port, found " + address);
        }
        Duration deadline = settings.openingDeadline();
        MemberState state = new MemberState(address);
        ControlClient control = null;
        DataPort dataPort = null;
        try {
            dataPort = DataPort.open(rank, settings, dataAddress);
            dataPort.lend(state);
            control = ControlClient.connect(
                    address.substring(0, colon),
                    Integer.parseInt(address.substring(colon + 1)),
                    settings.secret().bytes(),
                    deadline,
                    state);
            control.connection().send(new Hello(rank, attempt, settings.size()).encode());
            if (!state.awaitWelcome(System.nanoTime() + deadline.toNanos())) {
                throw new IOException("it did not answer within " + Ranks.seconds(deadline) + " s");
            }
            String told = dataPort.advertisedHost();
            String advertised = told == null ? control.connection().localHost() : told;
            return new Member(rank, settings, address, dataPort, advertised, control, state);
        } catch (IOException failure) {
            closeBoth(control, dataPort);
            throw AttemptEndedException.forThisWorkerOnly(
                    "rank " + rank + " could not reach the coordinator at " + address + ": " + failure.getMessage(),
                    failure);
        } catch (InterruptedException interrupted) {
            closeBoth(control, dataPort);
            Thread.currentThread().interrupt();
            throw new AttemptEndedException("rank " + rank + " was interrupted while it connected", interrupted);
        } catch (RuntimeException refused) {
            closeBoth(control, dataPort);
            throw refused;
        }
    }

    private static void closeBoth(@Nullable ControlClient control, @Nullable DataPort dataPort) {
        if (control != null) {
            control.close();
        }
        if (dataPort != null) {
            dataPort.close();
        }
    }

    @Override
    public int rank() {
        return rank;
    }

    @Override
    public int size() {
        return settings.size();
    }

    @Override
    public Generation join(long lastAppliedStep) {
        // The coordinator ends the attempt first; this deadline is for one that has lost its mind.
        long deadline = System.nanoTime()
                + settings.joinDeadline().toNanos()
                + settings.stallDeadline().toNanos()
                + settings.openingDeadline().toNanos();
        String obstacle = "the coordinator at " + coordinatorAddress + " did not answer";
        PeerListener port = dataPort.required();
        try {
            while (true) {
                leaveGroup();
                state.failIfEnded();
                control.connection().send(new Join(lastAppliedStep, advertisedHost, port.port(), unreached).encode());
                unreached = Unreached.NOBODY;
                Formed formed = state.awaitFormed(
                        deadline,
                        "rank " + rank + " could not meet the others; last obstacle: " + obstacle
                                + "; setting: cluster.join_seconds");
                try {
                    TcpProcessGroup group = openGroup(port, formed);
                    if (state.adopt(group, formed.generation())) {
                        return new Generation(formed.generation(), group, formed.sourceRank(), formed.sourceStep());
                    }
                    group.close();
                } catch (IOException | TimeoutException | PeerLostException failure) {
                    obstacle = String.valueOf(failure.getMessage());
                    LOG.info("Rank {} could not open generation {}: {}", rank, formed.generation(), obstacle);
                    TimeUnit.MILLISECONDS.sleep(WAIT_MILLISECONDS);
                }
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AttemptEndedException(
                    "rank " + rank + " was interrupted while it waited for the others", interrupted);
        }
    }

    private TcpProcessGroup openGroup(PeerListener port, Formed formed)
            throws IOException, InterruptedException, TimeoutException {
        port.refuseBefore(formed.generation());
        try (DataChannels channels =
                new DataChannels(port, rank, settings.openingDeadline(), () -> state.isGivenUp(formed.generation()))) {
            try {
                return channels.open(formed, settings.stallDeadline());
            } finally {
                unreached = channels.unreached();
            }
        }
    }

    private void leaveGroup() {
        TcpProcessGroup group = state.release();
        if (group != null) {
            group.close();
        }
    }

    @Override
    public void publish(String eventJson) {
        control.connection().send(new Event(eventJson).encode());
    }

    @Override
    public boolean stopRequested() {
        return state.stopRequested();
    }

    /** Says goodbye and returns when the driver has everything that was published, or after 10 s. */
    @Override
    public void close() {
        heartbeat.shutdownNow();
        try {
            control.connection().send(new Leave().encode());
            if (!state.awaitLeft(System.nanoTime() + LEAVE_DEADLINE.toNanos())) {
                LOG.warn(
                        "The driver did not confirm the last events of rank {} within {} s",
                        rank,
                        LEAVE_DEADLINE.toSeconds());
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } finally {
            leaveGroup();
            state.end("rank " + rank + " has left the run", false);
            closeBoth(control, dataPort);
        }
    }
}
