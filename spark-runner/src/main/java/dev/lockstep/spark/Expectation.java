package dev.lockstep.spark;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.core.config.ExpectedSpec;
import dev.lockstep.spark.cli.Figures;
import org.jspecify.annotations.Nullable;

/** What a job says that it should reach, beside what it did: in result.json, and for people. */
final class Expectation {
    private static final String KEY = "expected";
    private static final String AT_LEAST = "at_least";
    private static final String AT_MOST = "at_most";
    private static final String REACHED = "reached";

    private Expectation() {}

    /** Adds {@code expected} to a result that has its figures already; null where the job says nothing. */
    static void putInto(ObjectNode result, @Nullable ExpectedSpec expected) {
        if (expected == null) {
            result.putNull(KEY);
            return;
        }
        JsonNode reached = result.at("/" + expected.figure().replace('.', '/'));
        ObjectNode json = result.putObject(KEY);
        json.put("figure", expected.figure());
        json.put(AT_LEAST, expected.atLeast());
        json.put(AT_MOST, expected.atMost());
        json.put(REACHED, reached.isNumber() ? reached.asDouble() : null);
        json.put("met", reached.isNumber() && expected.isMetBy(reached.asDouble()));
    }

    /** Such as {@code Expected: test.accuracy at least 0.9700; reached: 0.9763}; null where nothing was expected. */
    static @Nullable String line(JsonNode result) {
        JsonNode expected = result.path(KEY);
        if (!expected.isObject()) {
            return null;
        }
        JsonNode least = expected.path(AT_LEAST);
        JsonNode most = expected.path(AT_MOST);
        JsonNode reached = expected.path(REACHED);
        return "Expected: " + expected.path("figure").asText()
                + (least.isNumber() ? " at least " + Figures.value(least.asDouble()) : "")
                + (least.isNumber() && most.isNumber() ? " and" : "")
                + (most.isNumber() ? " at most " + Figures.value(most.asDouble()) : "")
                + (reached.isNumber()
                        ? (expected.path("met").asBoolean() ? "; reached: " : "; not reached: ")
                                + Figures.value(reached.asDouble())
                        : "; not known, this run has no such figure");
    }
}
