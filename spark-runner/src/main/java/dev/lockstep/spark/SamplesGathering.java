package dev.lockstep.spark;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Puts together what the ranks tell of the samples that the report shows: each knows the first and the worst of its own
 * part only. Bounded by {@code report.samples} for each rank.
 */
final class SamplesGathering {
    /** Kept by the ranks' numbers, in whose order their parts follow each other. */
    private final Map<Integer, ObjectNode> told = new TreeMap<>();

    private int ranks;
    private boolean done;

    SamplesGathering(int ranks) {
        this.ranks = ranks;
    }

    /** A new attempt begins, of so many ranks. */
    void begin(int count) {
        ranks = count;
        told.clear();
    }

    /** Takes what a rank tells, and gives the whole once all have told; a rank that comes again replaces itself. */
    Optional<ObjectNode> add(int rank, ObjectNode event) {
        told.put(rank, event);
        if (done || told.size() < ranks) {
            return Optional.empty();
        }
        done = true;
        ObjectNode whole = event.deepCopy();
        int count = event.path("count").asInt();
        whole.remove("count");
        List<JsonNode> chosen = all("chosen");
        List<JsonNode> worst = all("worst");
        worst.sort(Comparator.comparingDouble(SamplesGathering::loss)
                .reversed()
                .thenComparingInt(sample -> sample.path("index").asInt()));
        putFirst(whole.putArray("chosen"), chosen, count);
        putFirst(whole.putArray("worst"), worst, count);
        return Optional.of(whole);
    }

    private List<JsonNode> all(String key) {
        List<JsonNode> samples = new ArrayList<>();
        told.values().forEach(event -> event.path(key).forEach(samples::add));
        return samples;
    }

    /** A loss that is not told is infinite. */
    private static double loss(JsonNode sample) {
        return sample.path("loss").asDouble(Double.POSITIVE_INFINITY);
    }

    private static void putFirst(ArrayNode target, List<JsonNode> samples, int count) {
        samples.stream().limit(count).forEach(target::add);
    }
}
