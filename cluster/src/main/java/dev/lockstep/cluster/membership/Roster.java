package dev.lockstep.cluster.membership;

import dev.lockstep.cluster.membership.ControlMessage.Ended;
import dev.lockstep.cluster.membership.ControlMessage.Event;
import dev.lockstep.cluster.membership.ControlMessage.Evicted;
import dev.lockstep.cluster.membership.ControlMessage.Formed;
import dev.lockstep.cluster.membership.ControlMessage.Hello;
import dev.lockstep.cluster.membership.ControlMessage.Join;
import dev.lockstep.cluster.membership.ControlMessage.Leave;
import dev.lockstep.cluster.membership.ControlMessage.Left;
import dev.lockstep.cluster.membership.ControlMessage.Place;
import dev.lockstep.cluster.membership.ControlMessage.Regroup;
import dev.lockstep.cluster.membership.ControlMessage.Stop;
import dev.lockstep.cluster.membership.ControlMessage.Welcome;
import dev.lockstep.cluster.transport.ControlConnection;
import dev.lockstep.core.collective.OrderedObserver;
import dev.lockstep.core.collective.Ranks;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who is there, who waits, which generation holds. Used by the coordinator's one thread, except for {@link
 * #generation()}.
 */
final class Roster {
    private static final Logger LOG = LoggerFactory.getLogger(Roster.class);

    private final MembershipSettings settings;
    private final OrderedObserver observer;
    private final @Nullable ConnectedWorker[] workers;
    private volatile long generation;
    private boolean generationHolds;
    private String reason = "the run begins";
    private long rendezvousStarted;
    private boolean stopRequested;
    private @Nullable String endReason;
    private final Departures departures;
    private final Unreached unreached;

    Roster(MembershipSettings settings, OrderedObserver observer) {
        this.settings = settings;
        this.observer = observer;
        this.workers = new ConnectedWorker[settings.size()];
        this.departures = new Departures(settings);
        this.unreached = new Unreached(settings.stallDeadline(), System::nanoTime);
    }

    long generation() {
        return generation;
    }

    void received(ControlConnection connection, ControlMessage message) {
        if (message instanceof Hello hello) {
            admit(connection, hello);
            return;
        }
        ConnectedWorker worker = workerOf(connection);
        if (worker == null) {
            // Evicted, replaced, or never said who it is: nothing of it counts.
            LOG.debug("Refused a {} from {}", message.getClass().getSimpleName(), connection.remoteAddress());
            connection.close();
        } else if (message instanceof Join join) {
            join(worker, join);
        } else if (message instanceof Event event) {
            observer.published(worker.rank, event.json());
        } else if (message instanceof Leave) {
            worker.left = true;
            departures.saidGoodbye(worker.rank);
            observer.then(() -> send(connection, new Left()));
        } else {
            evict(worker, "it sent a message that only the driver sends");
        }
    }

    private @Nullable ConnectedWorker workerOf(ControlConnection connection) {
        for (ConnectedWorker worker : workers) {
            if (worker != null && worker.connection == connection) {
                return worker;
            }
        }
        return null;
    }

    private void admit(ControlConnection connection, Hello hello) {
        if (endReason != null) {
            refuse(connection, endReason);
            return;
        }
        if (hello.size() != settings.size() || hello.rank() < 0 || hello.rank() >= settings.size()) {
            refuse(
                    connection,
                    "this run has " + settings.size() + " workers with ranks from 0; the worker says it is rank "
                            + hello.rank() + " of " + hello.size());
            return;
        }
        ConnectedWorker earlier = workers[hello.rank()];
        if (earlier != null && earlier.attempt > hello.attempt()) {
            refuse(connection, "attempt " + earlier.attempt + " of rank " + hello.rank() + " is already there");
            return;
        }
        if (earlier != null) {
            evict(earlier, "it was replaced by attempt " + hello.attempt() + " of its task");
        }
        departures.came(hello.rank());
        workers[hello.rank()] = new ConnectedWorker(hello.rank(), hello.attempt(), connection);
        send(connection, new Welcome(stopRequested));
    }

    private static void refuse(ControlConnection connection, String why) {
        send(connection, new Ended(why));
        connection.close();
    }

    private void join(ConnectedWorker worker, Join join) {
        breakGeneration("rank " + worker.rank + " has to meet the others again");
        worker.waiting = join;
        heedComplaint(worker.rank, join.unreached());
        if (rendezvousStarted == 0) {
            rendezvousStarted = System.nanoTime();
        }
        formIfAllWait();
    }

    /** Both reach this process, and not each other: while both stay where they are no step will be. */
    private void heedComplaint(int by, int about) {
        if (about < 0 || about >= settings.size() || about == by) {
            return;
        }
        int out = unreached.complained(by, about);
        ConnectedWorker worker = out == Unreached.NOBODY ? null : workers[out];
        if (worker != null) {
            evictStalled(worker, unreached.reason(out == by ? about : by));
        }
    }

    private void formIfAllWait() {
        List<Join> joins = new ArrayList<>();
        for (ConnectedWorker each : workers) {
            if (each != null && each.waiting != null) {
                joins.add(each.waiting);
            }
        }
        if (joins.size() == settings.size()) {
            form(joins);
        }
    }

    private void form(List<Join> joins) {
        int source = 0;
        List<Place> places = new ArrayList<>();
        for (int rank = 0; rank < joins.size(); rank++) {
            Join join = joins.get(rank);
            places.add(new Place(join.host(), join.port()));
            source = join.lastAppliedStep() > joins.get(source).lastAppliedStep() ? rank : source;
        }
        unreached.met(joins.get(source).lastAppliedStep());
        long number = generation + 1;
        generation = number;
        generationHolds = true;
        rendezvousStarted = 0;
        Formed formed = new Formed(number, places, source, joins.get(source).lastAppliedStep());
        // Before the workers hear of it, so that nothing they publish can come first.
        observer.generationFormed(number, formed.sourceStep(), reason);
        for (ConnectedWorker worker : workers) {
            if (worker != null) {
                worker.waiting = null;
                worker.wasInGeneration = true;
                send(worker.connection, formed);
            }
        }
    }

    private void breakGeneration(String why) {
        if (!generationHolds) {
            return;
        }
        generationHolds = false;
        reason = why;
        rendezvousStarted = System.nanoTime();
        for (ConnectedWorker worker : workers) {
            if (worker != null && !worker.left) {
                send(worker.connection, new Regroup(generation, why));
            }
        }
    }

    void closed(ControlConnection connection, String why) {
        ConnectedWorker worker = workerOf(connection);
        if (worker == null) {
            return;
        }
        workers[worker.rank] = null;
        if (!worker.left) {
            lost(worker, why);
        }
    }

    private void lost(ConnectedWorker worker, String why) {
        LOG.debug("Rank {} ({}) is lost: {}", worker.rank, worker.connection.remoteAddress(), why);
        observer.memberLost(worker.rank, why);
        unreached.lost();
        breakGeneration("rank " + worker.rank + " was lost: " + why);
    }

    private void evict(ConnectedWorker worker, String why) {
        workers[worker.rank] = null;
        send(worker.connection, new Evicted("rank " + worker.rank + " was evicted: " + why));
        worker.connection.close();
        if (!worker.left) {
            lost(worker, why);
        }
    }

    /** Its process may live on, paused, cut off or stuck: the driver is told so that it can end it. */
    private void evictStalled(ConnectedWorker worker, String why) {
        if (!worker.left) {
            observer.memberEvicted(worker.rank, why);
        }
        evict(worker, why);
    }

    /** Nothing came over the connection for the stall deadline, not even a heartbeat. */
    void evictSilent(ControlConnection connection) {
        ConnectedWorker worker = workerOf(connection);
        if (worker == null) {
            connection.close();
        } else {
            evictStalled(
                    worker,
                    "it was silent for " + Ranks.seconds(settings.stallDeadline())
                            + " s; setting: cluster.stall_seconds");
        }
    }

    void checkDeadlines() {
        if (rendezvousStarted == 0 || endReason != null) {
            return;
        }
        long waited = System.nanoTime() - rendezvousStarted;
        if (waited > settings.joinDeadline().toNanos()) {
            end(Ranks.joinTimedOut(settings.joinDeadline(), settings.size(), this::isMissing));
            return;
        }
        String inVain = departures.missing(waited, this::isMissing);
        if (inVain != null) {
            end(inVain);
            return;
        }
        if (waited > settings.stallDeadline().toNanos()) {
            for (ConnectedWorker worker : workers) {
                // Its process answers, its training does not: stuck in a step that the others have given up.
                if (worker != null && worker.wasInGeneration && worker.waiting == null) {
                    evictStalled(
                            worker,
                            "it did not come when the workers had to meet again within "
                                    + Ranks.seconds(settings.stallDeadline()) + " s; setting: cluster.stall_seconds");
                }
            }
        }
    }

    private boolean isMissing(int rank) {
        ConnectedWorker worker = workers[rank];
        return worker == null || worker.waiting == null;
    }

    void requestStop() {
        if (!stopRequested) {
            stopRequested = true;
            for (ConnectedWorker worker : workers) {
                if (worker != null) {
                    send(worker.connection, new Stop());
                }
            }
        }
    }

    void end(String why) {
        if (endReason != null) {
            return;
        }
        endReason = why;
        generationHolds = false;
        for (ConnectedWorker worker : workers) {
            if (worker != null) {
                send(worker.connection, new Ended(why));
            }
        }
    }

    private static void send(ControlConnection connection, ControlMessage message) {
        connection.send(message.encode());
    }
}
