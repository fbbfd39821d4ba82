package dev.lockstep.core.plan;

/**
 * How much data a run has, as far as memory is concerned.
 *
 * @param samples in the training files, those kept for validation and test included
 * @param evaluated the most samples that one evaluation goes over; 0 for none
 * @param storedBytes of one stored value of a feature: 1 for pictures, 4 for tables
 */
public record DataSize(long samples, long evaluated, int storedBytes) {
    public DataSize {
        if (samples < 0 || evaluated < 0 || storedBytes < 1) {
            throw new IllegalArgumentException("expected sizes from 0 and values from 1 byte on, found " + samples
                    + ", " + evaluated + " and " + storedBytes);
        }
    }
}
