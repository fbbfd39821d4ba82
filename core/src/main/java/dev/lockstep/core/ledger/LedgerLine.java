package dev.lockstep.core.ledger;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HexFormat;

/** One note of one rank; a line of JSON in a file. Steps and epochs count from 1. */
public sealed interface LedgerLine {
    /** Reads lines. */
    ObjectMapper MAPPER = new ObjectMapper();

    /** When it was noted. */
    LedgerEra era();

    /** Who noted it. */
    int rank();

    /**
     * A generation goes on behind a step.
     *
     * @param after that step; 0 at the very beginning
     * @param workers of the generation
     * @param samples training samples
     * @param batchSize global batch size
     * @param seed of the order
     * @param samplesHash of all training samples
     */
    record Continues(
            LedgerEra era, int rank, long after, int workers, int samples, int batchSize, long seed, long samplesHash)
            implements LedgerLine {
        /** The same of another rank at another time. */
        Continues at(LedgerEra newEra, int newRank, long newAfter) {
            return new Continues(newEra, newRank, newAfter, workers, samples, batchSize, seed, samplesHash);
        }

        @Override
        public ObjectNode toJson() {
            return line("continues", this)
                    .put("after", after)
                    .put("workers", workers)
                    .put("samples", samples)
                    .put("batch_size", batchSize)
                    .put("seed", seed)
                    .put("samples_hash", hex(samplesHash));
        }
    }

    /**
     * A rank has read samples for a step.
     *
     * @param from the first position in the order of the epoch
     * @param to behind the last
     * @param samplesHash of what was read
     */
    record Used(LedgerEra era, int rank, long step, int epoch, int from, int to, long samplesHash)
            implements LedgerLine {
        @Override
        public ObjectNode toJson() {
            return line("used", this)
                    .put("step", step)
                    .put("epoch", epoch)
                    .put("from", from)
                    .put("to", to)
                    .put("samples_hash", hex(samplesHash));
        }
    }

    /** What these steps, both included, have changed was given up, as the training diverged. */
    record LeftOut(LedgerEra era, int rank, long fromStep, long toStep) implements LedgerLine {
        @Override
        public ObjectNode toJson() {
            return line("left_out", this).put("from_step", fromStep).put("to_step", toStep);
        }
    }

    /** The training is over, or was stopped, with the state of a step. */
    record Ended(LedgerEra era, int rank, long step) implements LedgerLine {
        @Override
        public ObjectNode toJson() {
            return line("ended", this).put("step", step);
        }
    }

    /** As it is written. */
    ObjectNode toJson();

    private static ObjectNode line(String kind, LedgerLine line) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("note", kind);
        json.put("fencing", line.era().fencing());
        json.put("restart", line.era().restart());
        json.put("generation", line.era().generation());
        json.put("rank", line.rank());
        return json;
    }

    private static String hex(long value) {
        return HexFormat.of().toHexDigits(value);
    }

    /**
     * Reads a line.
     *
     * @throws IllegalArgumentException when it is none
     */
    static LedgerLine parse(String text) {
        try {
            JsonNode json = MAPPER.readTree(text);
            LedgerEra era =
                    new LedgerEra(number(json, "fencing"), (int) number(json, "restart"), number(json, "generation"));
            int rank = (int) number(json, "rank");
            return switch (json.path("note").asText()) {
                case "continues" -> new Continues(
                        era,
                        rank,
                        number(json, "after"),
                        (int) number(json, "workers"),
                        (int) number(json, "samples"),
                        (int) number(json, "batch_size"),
                        number(json, "seed"),
                        hash(json));
                case "used" -> new Used(
                        era,
                        rank,
                        number(json, "step"),
                        (int) number(json, "epoch"),
                        (int) number(json, "from"),
                        (int) number(json, "to"),
                        hash(json));
                case "left_out" -> new LeftOut(era, rank, number(json, "from_step"), number(json, "to_step"));
                case "ended" -> new Ended(era, rank, number(json, "step"));
                default -> throw new IllegalArgumentException("no such note: " + json.path("note"));
            };
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("not JSON: " + e.getOriginalMessage(), e);
        }
    }

    private static long number(JsonNode json, String key) {
        JsonNode value = json.path(key);
        if (!value.isIntegralNumber()) {
            throw new IllegalArgumentException(key + ": expected a whole number, found " + value);
        }
        return value.longValue();
    }

    private static long hash(JsonNode json) {
        return Long.parseUnsignedLong(json.path("samples_hash").asText(), 16);
    }
}
