package dev.lockstep.spark;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.core.collective.RunObserver;
import dev.lockstep.core.train.SplitReport;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Everything that a run tells, in one place: workers publish events, the journal keeps those that belong into {@code
 * metrics.jsonl}, shows all of them, and remembers what {@code result.json} needs. Trouble with the file or the display
 * never fails the training.
 */
final class RunJournal implements RunObserver {
    private static final Logger LOG = LoggerFactory.getLogger(RunJournal.class);

    /** What a worker says when it cannot go on. */
    static final String WORKER_FAILED = "worker_failed";

    /** What a worker says first: in which executor it runs. */
    static final String WORKER_STARTED = "worker_started";

    /** What every rank tells of some samples of its part. */
    static final String SAMPLES = "samples";

    private static final String PROGRESS = "progress";

    private final ObjectMapper mapper = new ObjectMapper();
    private final Consumer<String> lines;
    private final Consumer<ObjectNode> display;
    private final int workers;
    private final SamplesGathering samples;
    private final Map<Integer, String> executors = new ConcurrentHashMap<>();
    private final List<Consumer<ObjectNode>> observers = new CopyOnWriteArrayList<>();
    private volatile Consumer<String> onWorkerFailure = message -> {};
    private volatile Consumer<String> onStalledExecutor = executor -> {};
    private final Map<Integer, String> hosts = new ConcurrentHashMap<>();
    private final StragglerLog stragglers = new StragglerLog(LOG::warn, System::nanoTime);
    private volatile long incompleteSinceNanos = System.nanoTime();
    private volatile boolean complete;
    private int lastEpochNumber;
    private int lastHistogramsEpoch;
    private @Nullable ObjectNode lastEpoch;
    private @Nullable ObjectNode test;
    private @Nullable ObjectNode splits;
    private boolean splitsShown;

    /**
     * @param lines takes the lines of metrics.jsonl
     * @param display takes every event
     */
    RunJournal(Consumer<String> lines, Consumer<ObjectNode> display, int workers) {
        this.lines = lines;
        this.display = display;
        this.workers = workers;
        this.samples = new SamplesGathering(workers);
    }

    /** Takes up the events that an earlier process of this run has kept. */
    synchronized void takeUp(List<ObjectNode> kept) {
        for (ObjectNode event : kept) {
            if (event.path("event").asText().equals("epoch")) {
                lastEpoch = event;
                lastEpochNumber = event.path("epoch").asInt();
            } else if (event.path("event").asText().equals("histograms")) {
                lastHistogramsEpoch = event.path("epoch").asInt();
            } else if (event.path("event").asText().equals(SplitReport.EVENT)) {
                splits = event;
            }
        }
    }

    /** Somebody else who gets every event that is kept, as it is kept. */
    void onKept(Consumer<ObjectNode> observer) {
        observers.add(observer);
    }

    /** What happens when a worker reports that it cannot go on; given the reason. */
    void onWorkerFailure(Consumer<String> action) {
        onWorkerFailure = action;
    }

    /** What happens to the executor of a worker that was put out for being silent; given the executor's id. */
    void onStalledExecutor(Consumer<String> action) {
        onStalledExecutor = action;
    }

    @Override
    public void published(int rank, String eventJson) {
        ObjectNode event;
        try {
            event = (ObjectNode) mapper.readTree(eventJson);
        } catch (JsonProcessingException | ClassCastException e) {
            LOG.warn("Rank {} published something that is no JSON object: {}", rank, e.getMessage());
            return;
        }
        switch (event.path("event").asText()) {
            case PROGRESS -> show(event);
            case WORKER_STARTED -> started(rank, event);
            case WORKER_FAILED -> onWorkerFailure.accept(
                    "rank " + rank + ": " + event.path("message").asText());
            case "epoch" -> epoch(event);
            case "test" -> test(event);
            case "histograms" -> histograms(event);
            case SAMPLES -> samples(rank, event);
            case SplitReport.EVENT -> splits(event);
            default -> keep(event);
        }
    }

    /** Every rank tells of an epoch, so that it is told even if one dies; the first one counts. */
    private synchronized void epoch(ObjectNode event) {
        int number = event.path("epoch").asInt();
        if (number > lastEpochNumber) {
            lastEpochNumber = number;
            lastEpoch = event;
            keep(event);
            stragglers.epochEnded(event, this::placeOf);
        }
    }

    private void started(int rank, ObjectNode event) {
        executors.put(rank, event.path("executor").asText());
        hosts.put(rank, event.path("host").asText());
    }

    /** Such as {@code rank 1 (executor 3 on host-b)}. */
    private String placeOf(int rank) {
        String executor = executors.get(rank);
        String host = hosts.getOrDefault(rank, "");
        return "rank " + rank
                + (executor == null ? "" : " (executor " + executor + (host.isEmpty() ? "" : " on " + host) + ")");
    }

    private synchronized void test(ObjectNode event) {
        if (test == null) {
            test = event;
            // Not shown: the summary that follows at once tells the same.
            write(event);
        }
    }

    /** Told again where the workers had to meet anew between the end of an epoch's steps and its validation. */
    private synchronized void histograms(ObjectNode event) {
        int number = event.path("epoch").asInt();
        if (number > lastHistogramsEpoch) {
            lastHistogramsEpoch = number;
            // Not shown: nobody reads that many numbers.
            write(event);
        }
    }

    /** Not shown: pictures are nothing for a terminal. */
    private synchronized void samples(int rank, ObjectNode event) {
        samples.add(rank, event).ifPresent(this::write);
    }

    /** Told at the start of every attempt: kept once a run, shown once a process. */
    private synchronized void splits(ObjectNode event) {
        if (splits == null) {
            splits = event;
            write(event);
        }
        if (!splitsShown) {
            splitsShown = true;
            show(event);
            event.path("warnings").forEach(warning -> LOG.warn("{}", warning.asText()));
        }
    }

    @Override
    public void generationFormed(long number, long sourceStep, String reason) {
        complete = true;
        ObjectNode event = JsonNodeFactory.instance.objectNode();
        event.put("event", "membership");
        event.put("generation", number);
        event.put("workers", workers);
        event.put("step", Math.max(0, sourceStep));
        event.put("reason", reason);
        keep(event);
    }

    @Override
    public void memberEvicted(int rank, String why) {
        String executor = executors.remove(rank);
        if (executor != null) {
            onStalledExecutor.accept(executor);
        }
    }

    @Override
    public void memberLost(int rank, String why) {
        complete = false;
        incompleteSinceNanos = System.nanoTime();
        ObjectNode event = JsonNodeFactory.instance.objectNode();
        event.put("event", "worker_lost");
        event.put("rank", rank);
        event.put("reason", why);
        keep(event);
    }

    /** A new attempt begins: nobody is there yet. */
    void attemptStarts() {
        complete = false;
        incompleteSinceNanos = System.nanoTime();
    }

    /** For how long not all workers have been there, in seconds; 0 while they are. */
    double incompleteSeconds() {
        return complete ? 0 : (System.nanoTime() - incompleteSinceNanos) / 1e9;
    }

    /** Writes an event to the metrics file and shows it. */
    synchronized void keep(ObjectNode event) {
        write(event);
        show(event);
    }

    private void write(ObjectNode event) {
        event.put("time", Instant.now().toString());
        try {
            lines.accept(event.toString());
        } catch (RuntimeException e) {
            LOG.warn("Could not write to metrics.jsonl: {}", e.getMessage());
        }
        for (Consumer<ObjectNode> observer : observers) {
            try {
                observer.accept(event);
            } catch (RuntimeException e) {
                LOG.warn("Could not pass on an event", e);
            }
        }
    }

    private void show(ObjectNode event) {
        try {
            display.accept(event);
        } catch (RuntimeException e) {
            LOG.debug("Could not show an event", e);
        }
    }

    /** The last finished epoch's event; null before the first. */
    synchronized @Nullable ObjectNode lastEpoch() {
        return lastEpoch;
    }

    /** What the samples are used for; null before anybody has looked. */
    synchronized @Nullable ObjectNode splits() {
        return splits;
    }

    /** The test figures; null before the end. */
    synchronized @Nullable ObjectNode test() {
        return test;
    }
}
