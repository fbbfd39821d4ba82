package dev.lockstep.spark;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Which workers of the current attempt are there, in which executors, since when not all are, and why. */
final class Attendance {
    private static final Logger LOG = LoggerFactory.getLogger(Attendance.class);
    private static final String EXECUTOR = "executor";
    private static final String REASON = "reason";

    private final Consumer<ObjectNode> events;
    private final Map<Integer, String> executors = new TreeMap<>();
    private final Map<Integer, String> hosts = new HashMap<>();

    /** Of every executor: a rank may have a new one before the loss of the old one is explained. */
    private final Map<String, Set<Integer>> ranks = new HashMap<>();

    private final Set<Integer> evicted = new HashSet<>();
    private final RegroupWatch meetings;
    private long incompleteSinceNanos = System.nanoTime();
    private boolean complete;
    private int workers;
    private @Nullable ExecutorLoss lastLoss;

    /**
     * Nobody is there yet.
     *
     * @param events takes what is to be kept
     */
    Attendance(Consumer<ObjectNode> events, int workers) {
        this(events, workers, System::nanoTime);
    }

    /** The same by another clock. */
    Attendance(Consumer<ObjectNode> events, int workers, LongSupplier nanoTime) {
        this.events = events;
        this.workers = workers;
        this.meetings = new RegroupWatch(nanoTime);
    }

    /** A new attempt begins, of so many workers. */
    synchronized void attemptStarts(int count) {
        workers = count;
        complete = false;
        incompleteSinceNanos = System.nanoTime();
        executors.clear();
        meetings.attemptStarts();
    }

    /** How many workers the current attempt has. */
    synchronized int workers() {
        return workers;
    }

    /** For how long not all workers have been there, in seconds; 0 while they are. */
    synchronized double incompleteSeconds() {
        return complete ? 0 : (System.nanoTime() - incompleteSinceNanos) / 1e9;
    }

    /** A worker says where it runs. */
    synchronized void started(int rank, String executor, String host) {
        executors.put(rank, executor);
        hosts.put(rank, host);
        ranks.computeIfAbsent(executor, unused -> new TreeSet<>()).add(rank);
        evicted.remove(rank);
    }

    /** Such as {@code rank 1 (executor 3 on host-b)}. */
    synchronized String placeOf(int rank) {
        String executor = executors.get(rank);
        String host = hosts.getOrDefault(rank, "");
        return "rank " + rank
                + (executor == null ? "" : " (executor " + executor + (host.isEmpty() ? "" : " on " + host) + ")");
    }

    /** The executor of a worker that is put out; null where it is not known, or was told before. */
    synchronized @Nullable String evicted(int rank) {
        return evicted.add(rank) ? executors.get(rank) : null;
    }

    /**
     * All are there.
     *
     * @return whether they met too often without getting any further
     */
    synchronized boolean met(long generation, long sourceStep, String reason) {
        complete = true;
        ObjectNode event = event("membership");
        event.put("generation", generation);
        event.put("workers", workers);
        event.put("step", Math.max(0, sourceStep));
        executors.values().forEach(event.putArray("executors")::add);
        event.put(REASON, reason);
        events.accept(event);
        return meetings.met();
    }

    /** A worker is gone. */
    synchronized void lost(int rank, String why) {
        if (complete) {
            // Not where one is lost that the others were still waiting for: their wait would never come to its end.
            complete = false;
            incompleteSinceNanos = System.nanoTime();
        }
        meetings.lost();
        ObjectNode event = event("worker_lost");
        event.put("rank", rank);
        event.put(EXECUTOR, executors.get(rank));
        event.put(REASON, why);
        events.accept(event);
    }

    /** A step was completed: perhaps the first after a loss. */
    synchronized void completed(long step) {
        meetings.completed(step).ifPresent(seconds -> {
            ObjectNode event = event("recovered");
            event.put("step", step);
            event.put("seconds", seconds);
            events.accept(event);
        });
    }

    /** The cluster says why an executor is gone: later than its workers' connections broke, and more precisely. */
    synchronized void executorLost(ExecutorLoss loss) {
        Set<Integer> lost = ranks.remove(loss.executor());
        if (lost == null) {
            LOG.debug("No worker was there: {}", loss.describe());
            return;
        }
        lastLoss = loss;
        ObjectNode event = event("executor_lost");
        event.put(EXECUTOR, loss.executor());
        lost.forEach(event.putArray("ranks")::add);
        event.put(REASON, loss.reason());
        if (loss.exitCode().isPresent()) {
            event.put("exit_code", loss.exitCode().getAsInt());
        }
        event.put("advice", loss.advice());
        events.accept(event);
    }

    /** Why the last executor with a worker was lost; null where none was. */
    synchronized @Nullable ExecutorLoss lastLoss() {
        return lastLoss;
    }

    private static ObjectNode event(String name) {
        return JsonNodeFactory.instance.objectNode().put("event", name);
    }
}
