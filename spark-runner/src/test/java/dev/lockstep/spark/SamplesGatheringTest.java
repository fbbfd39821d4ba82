package dev.lockstep.spark;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SamplesGatheringTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private static ObjectNode told(int firstIndex, double... losses) {
        ObjectNode event = MAPPER.createObjectNode().put("event", "samples").put("count", 2);
        ArrayNode worst = event.putArray("worst");
        for (int i = 0; i < losses.length; i++) {
            ObjectNode sample = worst.addObject().put("index", firstIndex + i);
            if (Double.isFinite(losses[i])) {
                sample.put("loss", losses[i]);
            }
        }
        event.set("chosen", firstIndex == 0 ? worst.deepCopy() : MAPPER.createArrayNode());
        return event;
    }

    private static List<Integer> indices(JsonNode samples) {
        List<Integer> indices = new ArrayList<>();
        samples.forEach(sample -> indices.add(sample.path("index").asInt()));
        return indices;
    }

    @Test
    void theWorstOfAllRanksAreKeptOnceAllHaveTold() {
        SamplesGathering gathering = new SamplesGathering(3);
        assertThat(gathering.add(2, told(200, 5, 0.1))).isEmpty();
        assertThat(gathering.add(0, told(0, 4, 0.2))).isEmpty();
        // It was lost, and tells again.
        assertThat(gathering.add(0, told(0, 3, 0.2))).isEmpty();
        ObjectNode whole =
                gathering.add(1, told(100, Double.POSITIVE_INFINITY, 1)).orElseThrow();
        assertThat(indices(whole.path("worst"))).containsExactly(100, 200);
        assertThat(indices(whole.path("chosen"))).containsExactly(0, 1);
        assertThat(whole.has("count")).isFalse();
        assertThat(gathering.add(1, told(100, 9, 9))).isEmpty();
    }
}
