package dev.lockstep.core.schema;

import java.util.Map;

/**
 * A setting that is written as one word, or as keys with numbers. The record that implements it reads the word by a
 * static {@code parse(String)}, and the keys by a static {@code of(Map)}; both object by an
 * {@link IllegalArgumentException}.
 */
public interface WordOrNumbers {
    /** The keys with their numbers, in the order to write them; empty where it is the word that toString gives. */
    Map<String, Double> numbers();
}
