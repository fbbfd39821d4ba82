package dev.lockstep.spark.watch;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.function.LongSupplier;

/**
 * How far a run is, and when it will be over if it goes on as it did since it began or was resumed: validation,
 * checkpoints and the time that losses of workers took are part of that. A run that stops early is over sooner.
 */
final class Course {
    private final LongSupplier nanoTime;
    private long beganNanos;
    private long beganStep;
    private int workers;

    /**
     * Nothing has been done yet.
     *
     * @param workers that the run is meant to have
     * @param nanoTime the clock, as {@link System#nanoTime()}
     */
    Course(int workers, LongSupplier nanoTime) {
        this.workers = workers;
        this.nanoTime = nanoTime;
        this.beganNanos = nanoTime.getAsLong();
    }

    /**
     * Takes an event.
     *
     * @return the event or, where it is one of the steps', a copy with {@code workers} and {@code eta_seconds}
     */
    ObjectNode accept(ObjectNode event) {
        switch (event.path("event").asText()) {
            case "membership" -> {
                workers = event.path("workers").asInt(workers);
                if (event.path("generation").asLong() <= 1) {
                    begin(event);
                }
            }
            case "resume" -> begin(event);
            case "progress", "epoch" -> {
                return withCourse(event);
            }
            default -> {
                return event;
            }
        }
        return event;
    }

    private void begin(ObjectNode event) {
        beganNanos = nanoTime.getAsLong();
        beganStep = event.path("step").asLong();
    }

    private ObjectNode withCourse(ObjectNode event) {
        ObjectNode copy = event.deepCopy();
        copy.put("workers", workers);
        long step = event.path("step").asLong();
        long left =
                event.path("epochs").asLong() * event.path("steps_per_epoch").asLong() - step;
        if (left >= 0 && step > beganStep) {
            double seconds = (nanoTime.getAsLong() - beganNanos) / 1e9;
            copy.put("eta_seconds", seconds * left / (step - beganStep));
        }
        return copy;
    }
}
