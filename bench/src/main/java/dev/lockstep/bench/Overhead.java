package dev.lockstep.bench;

import java.util.List;
import java.util.OptionalDouble;

/**
 * Something that a run costs beside its steps.
 *
 * @param what it is
 * @param unit of the rounds
 * @param most it may cost; empty where nothing is demanded
 * @param rounds measured, one by one
 */
record Overhead(String what, String unit, OptionalDouble most, List<Double> rounds) {
    Overhead {
        if (rounds.isEmpty()) {
            throw new IllegalArgumentException(what + " has no round");
        }
        rounds = List.copyOf(rounds);
    }

    /** The middle of the rounds. */
    double median() {
        return Measurement.median(rounds);
    }

    /** Whether it costs no more than it may. */
    boolean met() {
        return most.isPresent() && median() <= most.getAsDouble();
    }
}
