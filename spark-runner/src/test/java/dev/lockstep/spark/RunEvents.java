package dev.lockstep.spark;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** The events of a run that is under way, in a local run directory. */
final class RunEvents {
    private static final long LOOK_MILLIS = 20;

    private final Path metrics;
    private final ObjectMapper mapper = new ObjectMapper();

    RunEvents(Path run) {
        metrics = run.resolve("metrics.jsonl");
    }

    /** Those of a kind, so far; a line that is still being written is left out. */
    List<JsonNode> of(String event) throws IOException {
        List<JsonNode> found = new ArrayList<>();
        if (Files.exists(metrics)) {
            String text = Files.readString(metrics);
            for (String line :
                    text.substring(0, text.lastIndexOf('\n') + 1).lines().toList()) {
                JsonNode json = mapper.readTree(line);
                if (json.path("event").asText().equals(event)) {
                    found.add(json);
                }
            }
        }
        return found;
    }

    /**
     * Waits until there are so many of a kind, and gives the last of them.
     *
     * @param output for the message when they do not come
     */
    JsonNode await(String event, int count, Duration deadline, Supplier<String> output)
            throws IOException, InterruptedException {
        long end = System.nanoTime() + deadline.toNanos();
        while (true) {
            List<JsonNode> found = of(event);
            if (found.size() >= count) {
                return found.get(count - 1);
            }
            if (System.nanoTime() > end) {
                throw new AssertionError(
                        found.size() + " of " + count + " events " + event + " in time\n" + output.get());
            }
            Thread.sleep(LOOK_MILLIS);
        }
    }
}
