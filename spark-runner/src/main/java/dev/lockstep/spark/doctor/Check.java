package dev.lockstep.spark.doctor;

import java.time.Duration;
import java.util.List;

/** A group of things that are looked at together. It may fail or hang: neither stops the others. */
interface Check {
    /** What it is about, in a word or two: what is said where it fails or does not answer. */
    String name();

    /** How long it may take. */
    default Duration deadline() {
        return Duration.ofSeconds(15);
    }

    /**
     * Looks. What it finds is told even where it is as it should be.
     *
     * @throws Exception which becomes a finding of its own
     */
    List<Finding> look(Subject subject) throws Exception;
}
