package dev.lockstep.core.fault;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What goes wrong in one run, in order. The same seed and run number give the same schedule.
 *
 * @param seed of the series
 * @param run number within the series
 * @param faults each strikes at most once
 */
public record FaultSchedule(long seed, int run, List<Fault> faults) {
    private static final ObjectMapper MAPPER = JsonMapper.builder().build();

    public FaultSchedule {
        faults = List.copyOf(faults);
    }

    /** Nothing goes wrong. */
    public static FaultSchedule none(long seed, int run) {
        return new FaultSchedule(seed, run, List.of());
    }

    /**
     * What is still to come for a rank's process.
     *
     * @param life how many processes this rank has had before: each of them died of one of the schedule's faults
     */
    public List<Fault> of(int rank, int life) {
        List<Fault> own = faults.stream().filter(fault -> fault.rank() == rank).toList();
        int from = 0;
        for (int died = 0; died < life && from < own.size(); from++) {
            died += own.get(from).endsProcess() ? 1 : 0;
        }
        return own.subList(from, own.size());
    }

    /** For the way to the workers. */
    public String toJson() {
        try {
            return MAPPER.writeValueAsString(this);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("a schedule cannot be written", impossible);
        }
    }

    /**
     * Reads what {@link #toJson()} wrote.
     *
     * @throws IllegalArgumentException when it is something else
     */
    public static FaultSchedule fromJson(String json) {
        try {
            return MAPPER.readValue(json, FaultSchedule.class);
        } catch (JsonProcessingException notOurs) {
            throw new IllegalArgumentException("expected a fault schedule as JSON: " + notOurs.getMessage(), notOurs);
        }
    }

    /** Seed and number, by which it can be drawn again, and what happens. */
    @Override
    public String toString() {
        return "seed " + seed + " run " + run + ": "
                + (faults.isEmpty()
                        ? "no fault"
                        : faults.stream().map(Fault::toString).collect(Collectors.joining("; ")));
    }
}
