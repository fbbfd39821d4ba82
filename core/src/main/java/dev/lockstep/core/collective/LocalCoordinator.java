package dev.lockstep.core.collective;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The coordinator of workers that are threads of this JVM. Its address means something in this JVM alone. */
public final class LocalCoordinator implements RunCoordinator {
    private static final String SCHEME = "local:";
    private static final Duration FLUSH_DEADLINE = Duration.ofSeconds(10);
    private static final ConcurrentMap<String, LocalCoordinator> RUNS = new ConcurrentHashMap<>();

    private final String runId;
    private final int size;
    private final Duration stallDeadline;
    private final Duration joinDeadline;
    private final OrderedObserver observer;
    private final @Nullable LocalMember[] members;
    private final @Nullable Long[] waitingSteps;
    private final @Nullable Generation[] formed;
    private @Nullable List<LocalProcessGroup> activeGroups;
    private long rendezvousStarted;
    private String reason = "the run begins";
    private long generation;
    private boolean stopRequested;
    private @Nullable String endReason;

    /**
     * Starts a coordinator and registers it under its run.
     *
     * @param runId unique among the runs of this JVM
     * @param size how many workers
     * @param stallDeadline how long a worker waits for the others within a step
     * @param joinDeadline how long workers wait for each other to meet
     */
    public LocalCoordinator(
            String runId, int size, Duration stallDeadline, Duration joinDeadline, RunObserver observer) {
        this.runId = runId;
        this.size = size;
        this.stallDeadline = stallDeadline;
        this.joinDeadline = joinDeadline;
        this.observer = new OrderedObserver(observer, FLUSH_DEADLINE);
        this.members = new LocalMember[size];
        this.waitingSteps = new Long[size];
        this.formed = new Generation[size];
        if (RUNS.putIfAbsent(runId, this) != null) {
            throw new IllegalStateException("run " + runId + " already has a coordinator in this JVM");
        }
    }

    /**
     * A worker's standing in the run that the address names. A newer member of the same rank replaces the older one.
     *
     * @throws AttemptEndedException when there is no such run in this JVM, or no longer
     */
    public static Membership member(String address, int rank) {
        LocalCoordinator coordinator = address.startsWith(SCHEME) ? RUNS.get(address.substring(SCHEME.length())) : null;
        if (coordinator == null) {
            throw new AttemptEndedException("no coordinator at " + address + " in this JVM", null);
        }
        return coordinator.admit(rank);
    }

    private synchronized Membership admit(int rank) {
        if (rank < 0 || rank >= size) {
            throw new IllegalArgumentException("rank " + rank + " is not within 0.." + (size - 1));
        }
        if (endReason != null) {
            throw new AttemptEndedException(endReason, null);
        }
        if (members[rank] != null) {
            String why = "replaced by a newer worker of the same rank";
            observer.memberLost(rank, why);
            waitingSteps[rank] = null;
            breakGeneration("rank " + rank + " was " + why);
        }
        LocalMember member = new LocalMember(this, rank, size);
        members[rank] = member;
        notifyAll();
        return member;
    }

    synchronized Generation join(LocalMember member, long lastAppliedStep) {
        int rank = member.rank();
        requireCurrent(member);
        breakGeneration("rank " + rank + " has to meet the others again");
        if (rendezvousStarted == 0) {
            rendezvousStarted = System.nanoTime();
        }
        formed[rank] = null;
        waitingSteps[rank] = lastAppliedStep;
        if (everyoneWaits()) {
            form();
        }
        while (true) {
            requireCurrent(member);
            Generation result = formed[rank];
            if (result != null) {
                return result;
            }
            waitForOthers(rank);
        }
    }

    private boolean everyoneWaits() {
        for (Long step : waitingSteps) {
            if (step == null) {
                return false;
            }
        }
        return true;
    }

    private void waitForOthers(int rank) {
        long left = joinDeadline.toNanos() - (System.nanoTime() - rendezvousStarted);
        if (left <= 0) {
            end(Ranks.joinTimedOut(joinDeadline, size, peer -> waitingSteps[peer] == null));
            return;
        }
        try {
            TimeUnit.NANOSECONDS.timedWait(this, Math.max(left, 1_000_000));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            waitingSteps[rank] = null;
            throw new AttemptEndedException("rank " + rank + " was interrupted while it waited for the others", null);
        }
    }

    private void requireCurrent(LocalMember member) {
        if (endReason != null) {
            throw new AttemptEndedException(endReason, null);
        }
        if (members[member.rank()] != member) {
            throw new AttemptEndedException(
                    "rank " + member.rank() + " was closed, or replaced by a newer worker of the same rank", null);
        }
    }

    private void form() {
        generation++;
        int source = 0;
        long[] steps = new long[size];
        for (int rank = 0; rank < size; rank++) {
            Long step = waitingSteps[rank];
            steps[rank] = step == null ? -1 : step;
            source = steps[rank] > steps[source] ? rank : source;
            waitingSteps[rank] = null;
        }
        List<LocalProcessGroup> groups = LocalProcessGroup.createMembers(size, stallDeadline);
        for (int rank = 0; rank < size; rank++) {
            formed[rank] = new Generation(generation, groups.get(rank), source, steps[source]);
        }
        activeGroups = groups;
        rendezvousStarted = 0;
        observer.generationFormed(generation, steps[source], reason);
        notifyAll();
    }

    private void breakGeneration(String why) {
        if (activeGroups != null) {
            activeGroups.get(0).abort(why, false);
            activeGroups = null;
            reason = why;
            rendezvousStarted = System.nanoTime();
        }
    }

    void publish(LocalMember member, String eventJson) {
        synchronized (this) {
            if (members[member.rank()] != member) {
                return;
            }
        }
        observer.published(member.rank(), eventJson);
    }

    void leave(LocalMember member) {
        int rank = member.rank();
        synchronized (this) {
            if (members[rank] != member) {
                return;
            }
            members[rank] = null;
            waitingSteps[rank] = null;
            if (activeGroups != null) {
                activeGroups.get(rank).close();
            }
        }
        CountDownLatch told = new CountDownLatch(1);
        observer.then(told::countDown);
        try {
            told.await(FLUSH_DEADLINE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    synchronized boolean stopIsRequested() {
        return stopRequested;
    }

    @Override
    public String address() {
        return SCHEME + runId;
    }

    @Override
    public synchronized void requestStop() {
        stopRequested = true;
    }

    @Override
    public synchronized void end(String why) {
        if (endReason != null) {
            return;
        }
        endReason = why;
        if (activeGroups != null) {
            activeGroups.get(0).abort(why, true);
            activeGroups = null;
        }
        notifyAll();
    }

    @Override
    public synchronized long generation() {
        return generation;
    }

    @Override
    public synchronized int rejoins() {
        return (int) Math.max(0, generation - 1);
    }

    @Override
    public void close() {
        end("the run's coordinator was closed");
        RUNS.remove(runId, this);
        observer.close();
    }
}
