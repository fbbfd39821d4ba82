package dev.lockstep.spark.submit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.Optional;

/**
 * Where a driver runs, as it told when it began.
 *
 * @param name of the application or driver, as the cluster calls it; empty where it does not say
 * @param host name of the machine
 * @param log address of its log in the cluster's pages; empty where there is none
 */
record DriverPlace(String name, String host, String log) {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    String toJson() {
        return JsonNodeFactory.instance
                        .objectNode()
                        .put("name", name)
                        .put("host", host)
                        .put("log", log)
                        .toString()
                + "\n";
    }

    /** Reads what {@link #toJson} wrote; empty for anything else. */
    static Optional<DriverPlace> fromJson(String text) {
        try {
            JsonNode json = MAPPER.readTree(text);
            return json.path("host").isTextual()
                    ? Optional.of(new DriverPlace(
                            json.path("name").asText(),
                            json.path("host").asText(),
                            json.path("log").asText()))
                    : Optional.empty();
        } catch (JsonProcessingException notOurs) {
            return Optional.empty();
        }
    }

    /** For people. */
    String describe() {
        return name.isEmpty() ? "on " + host : name + " on " + host;
    }
}
