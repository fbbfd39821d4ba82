package dev.lockstep.core.collective;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Remembers what the driver was told. */
public final class RecordingObserver implements RunObserver {
    private final List<String> events = new CopyOnWriteArrayList<>();

    /** One line each: {@code published 0 json}, {@code formed 1 from -1: reason}, {@code lost 2: why}. */
    public List<String> events() {
        return List.copyOf(events);
    }

    @Override
    public void published(int rank, String eventJson) {
        events.add("published " + rank + " " + eventJson);
    }

    @Override
    public void generationFormed(long number, long sourceStep, String reason) {
        events.add("formed " + number + " from " + sourceStep + ": " + reason);
    }

    @Override
    public void memberLost(int rank, String why) {
        events.add("lost " + rank + ": " + why);
    }
}
