package dev.lockstep.cluster.membership;

import dev.lockstep.cluster.transport.ControlConnection;
import dev.lockstep.cluster.transport.ControlListener;
import dev.lockstep.cluster.transport.ControlServer;
import dev.lockstep.cluster.transport.FirstFreePort;
import dev.lockstep.core.collective.OrderedObserver;
import dev.lockstep.core.collective.RunCoordinator;
import dev.lockstep.core.collective.RunObserver;
import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The driver's side of a run whose workers are other processes. Workers reach it over the authenticated, encrypted
 * control plane; what it decides is in {@link Roster}, which one thread alone touches.
 */
public final class Coordinator implements RunCoordinator {
    private static final Logger LOG = LoggerFactory.getLogger(Coordinator.class);
    private static final Duration CLOSE_DEADLINE = Duration.ofSeconds(10);
    private static final long MAXIMUM_TICK_MILLISECONDS = 250;

    private final MembershipSettings settings;
    private final OrderedObserver observer;
    private final ScheduledThreadPoolExecutor thread;
    private final Roster roster;
    private final ControlServer server;

    /** When each connection was last heard of; written by network threads, so that a busy coordinator evicts nobody. */
    private final Map<ControlConnection, AtomicLong> lastHeard = new ConcurrentHashMap<>();

    private long lastTick;

    /**
     * Binds its port at once.
     *
     * @throws LockstepException when all ports of its range are taken, or the address is none of this host's
     */
    public Coordinator(MembershipSettings settings, RunObserver observer) {
        this.settings = settings;
        this.observer = new OrderedObserver(observer, CLOSE_DEADLINE);
        this.roster = new Roster(settings, this.observer);
        thread = new ScheduledThreadPoolExecutor(1, task -> {
            Thread created = new Thread(task, "lockstep-coordinator");
            created.setDaemon(true);
            return created;
        });
        thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        server = listen();
        long tick = Math.max(
                10, Math.min(MAXIMUM_TICK_MILLISECONDS, settings.stallDeadline().toMillis() / 8));
        lastTick = System.nanoTime();
        var unused = thread.scheduleWithFixedDelay(this::tick, tick, tick, TimeUnit.MILLISECONDS);
    }

    private ControlServer listen() {
        FirstFreePort place = new FirstFreePort("cluster.coordinator_ports", settings.ports(), settings.bindHost());
        try {
            return place.open(port -> new ControlServer(
                            settings.bindHost(),
                            port,
                            settings.secret().bytes(),
                            settings.openingDeadline(),
                            new Listener()))
                    .orElseThrow(place::taken);
        } catch (IOException | RuntimeException failure) {
            thread.shutdownNow();
            observer.close();
            throw failure instanceof LockstepException told
                    ? told
                    : new LockstepException(
                            ExitCode.CLUSTER,
                            "the driver cannot listen at " + settings.bindHost() + " (spark.driver.bindAddress): "
                                    + failure.getMessage(),
                            failure);
        }
    }

    /** Turns what the network delivers into work for the one thread. */
    private final class Listener implements ControlListener {
        @Override
        public void received(ControlConnection connection, byte[] bytes) {
            lastHeard.computeIfAbsent(connection, unused -> new AtomicLong()).set(System.nanoTime());
            try {
                ControlMessage message = ControlMessage.decode(bytes);
                if (message instanceof ControlMessage.AskTime) {
                    // At once, whatever the coordinator is busy with: it is asked how late it is.
                    connection.send(new ControlMessage.Time(System.currentTimeMillis()).encode());
                } else if (!(message instanceof ControlMessage.Heartbeat)) {
                    perform(() -> roster.received(connection, message));
                }
            } catch (IOException notOurs) {
                LOG.warn(
                        "Closed a connection from {}: not a control message: {}",
                        connection.remoteAddress(),
                        notOurs.getMessage());
                connection.close();
            }
        }

        @Override
        public void closed(ControlConnection connection) {
            perform(() -> {
                roster.closed(connection, "its connection broke");
                lastHeard.remove(connection);
            });
        }
    }

    private void perform(Runnable action) {
        try {
            thread.execute(() -> {
                try {
                    action.run();
                } catch (RuntimeException failure) {
                    LOG.error("The coordinator failed; the attempt ends", failure);
                    roster.end("the coordinator failed: " + failure);
                }
            });
        } catch (RejectedExecutionException closed) {
            LOG.debug("A message came after the run was over");
        }
    }

    private void tick() {
        long now = System.nanoTime();
        boolean wasPaused = now - lastTick > settings.stallDeadline().toNanos() / 2;
        lastTick = now;
        if (wasPaused) {
            // This process itself stood still: the others' silence says nothing about them.
            lastHeard.values().forEach(time -> time.set(now));
        }
        perform(() -> {
            long stall = settings.stallDeadline().toNanos();
            lastHeard.forEach((connection, time) -> {
                if (System.nanoTime() - time.get() > stall) {
                    roster.evictSilent(connection);
                }
            });
            roster.checkDeadlines();
        });
    }

    @Override
    public String address() {
        return settings.host() + ":" + server.port();
    }

    @Override
    public void requestStop() {
        perform(roster::requestStop);
    }

    @Override
    public void end(String reason) {
        perform(() -> roster.end(reason));
    }

    @Override
    public long generation() {
        return roster.generation();
    }

    @Override
    public int rejoins() {
        return (int) Math.max(0, roster.generation() - 1);
    }

    @Override
    public void close() {
        end("the run's coordinator was closed");
        thread.shutdown();
        try {
            if (!thread.awaitTermination(CLOSE_DEADLINE.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn("The coordinator was still busy after {} s", CLOSE_DEADLINE.toSeconds());
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        server.close();
        observer.close();
    }
}
