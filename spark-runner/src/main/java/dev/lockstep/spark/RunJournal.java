package dev.lockstep.spark;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.core.collective.RunObserver;
import dev.lockstep.core.config.KeptJob;
import dev.lockstep.core.train.SplitReport;
import java.time.Instant;
import java.util.List;
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
    private static final String CHECKPOINT = "checkpoint";

    private final ObjectMapper mapper = new ObjectMapper();
    private final Consumer<String> lines;
    private final Consumer<ObjectNode> display;
    private final Attendance attendance;
    private final SamplesGathering samples;
    private final List<Consumer<ObjectNode>> observers = new CopyOnWriteArrayList<>();
    private volatile Consumer<String> onWorkerFailure = message -> {};
    private volatile Consumer<String> onStalledExecutor = executor -> {};
    private final StragglerLog stragglers = new StragglerLog(LOG::warn, System::nanoTime);
    private volatile long keptStep;
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
        this.attendance = new Attendance(this::keep, workers);
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
            event = KeptJob.masked((ObjectNode) mapper.readTree(eventJson));
        } catch (JsonProcessingException | ClassCastException e) {
            LOG.warn("Rank {} published something that is no JSON object: {}", rank, e.getMessage());
            return;
        }
        switch (event.path("event").asText()) {
            case PROGRESS -> {
                attendance.completed(event.path("step").asLong());
                show(event);
            }
            case WORKER_STARTED -> attendance.started(
                    rank, event.path("executor").asText(), event.path("host").asText());
            case WORKER_FAILED -> onWorkerFailure.accept(
                    "rank " + rank + ": " + event.path("message").asText());
            case "epoch" -> epoch(event);
            case "test" -> test(event);
            case "histograms" -> histograms(event);
            case SAMPLES -> samples(rank, event);
            case SplitReport.EVENT -> splits(event);
            case CHECKPOINT -> {
                keptStep = Math.max(keptStep, event.path("step").asLong());
                keep(event);
            }
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
            stragglers.epochEnded(event, attendance::placeOf);
        }
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
        if (attendance.met(number, sourceStep, reason)) {
            onWorkerFailure.accept("the workers met more than " + RegroupWatch.FRUITLESS_MEETINGS
                    + " times without completing a step that was new; at last because " + reason
                    + ". Is the network between them sound, and does this step kill a worker?");
        }
    }

    @Override
    public void memberEvicted(int rank, String why) {
        String executor = attendance.evicted(rank);
        if (executor != null) {
            onStalledExecutor.accept(executor);
        }
    }

    @Override
    public void memberLost(int rank, String why) {
        attendance.lost(rank, why);
    }

    /** A new attempt begins, of so many workers. */
    void attemptStarts(int count) {
        synchronized (this) {
            samples.begin(count);
        }
        attendance.attemptStarts(count);
    }

    /** Who is there. */
    Attendance attendance() {
        return attendance;
    }

    /** The step of the latest checkpoint that was told of; 0 for none. */
    long keptStep() {
        return keptStep;
    }

    /** Writes an event to the metrics file and shows it. */
    synchronized void keep(ObjectNode event) {
        ObjectNode kept = KeptJob.masked(event);
        write(kept);
        show(kept);
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
