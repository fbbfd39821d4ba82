package dev.lockstep.bench.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;

/**
 * What a line of {@code metrics.jsonl} tells of an epoch.
 *
 * @param epoch from 1
 * @param ended when the driver wrote it down
 * @param seconds in steps; a pause in the middle of a step counts
 * @param steps of the epoch
 * @param samplesPerSecond of all workers, in steps
 * @param phaseSeconds where one rank's time went; empty where that is not told
 * @param bytesPerStep that one rank sent
 */
public record EpochEvent(
        int epoch,
        Instant ended,
        double seconds,
        int steps,
        double samplesPerSecond,
        Map<String, Double> phaseSeconds,
        OptionalDouble bytesPerStep) {
    private static final ObjectMapper JSON = new ObjectMapper();

    public EpochEvent {
        phaseSeconds = Map.copyOf(phaseSeconds);
    }

    /**
     * Reads a line.
     *
     * @return empty where the line tells something else
     * @throws IllegalArgumentException when it is no JSON
     */
    static Optional<EpochEvent> parse(String line) {
        JsonNode event;
        try {
            event = JSON.readTree(line);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("no JSON in metrics.jsonl: " + line, e);
        }
        if (!event.path("event").asText().equals("epoch")) {
            return Optional.empty();
        }
        Map<String, Double> phases = new TreeMap<>();
        event.path("phase_seconds")
                .properties()
                .forEach(phase -> phases.put(phase.getKey(), phase.getValue().asDouble()));
        return Optional.of(new EpochEvent(
                event.path("epoch").asInt(),
                Instant.parse(event.path("time").asText()),
                event.path("seconds").asDouble(),
                event.path("steps_per_epoch").asInt(),
                event.path("samples_per_second").asDouble(),
                phases,
                event.has("bytes_per_step")
                        ? OptionalDouble.of(event.path("bytes_per_step").asDouble())
                        : OptionalDouble.empty()));
    }

    /** When its first step began, or a little later: what lies between steps is not told. */
    public Instant began() {
        return ended.minusNanos(Math.round(seconds * 1e9));
    }
}
