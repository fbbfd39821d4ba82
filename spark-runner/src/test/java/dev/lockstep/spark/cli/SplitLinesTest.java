package dev.lockstep.spark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collections;
import org.junit.jupiter.api.Test;

class SplitLinesTest {
    private static String lines(String json) throws JsonProcessingException {
        return EventLine.of((ObjectNode) new ObjectMapper().readTree(json));
    }

    @Test
    void everyPartHasALine() throws JsonProcessingException {
        assertThat(lines(
                                "{\"event\":\"splits\",\"train\":{\"samples\":225,\"class_counts\":[110,115]},"
                                        + "\"validation\":{\"samples\":75,\"class_counts\":[37,38]},\"test\":null,\"warnings\":[]}")
                        .lines())
                .containsExactly(
                        "Train:      225 samples, of the classes 0 to 1: 110 115",
                        "Validation: 75 samples, of the classes 0 to 1: 37 38");
    }

    @Test
    void targetsAndManyClassesAreShort() throws JsonProcessingException {
        String many = Collections.nCopies(99, "3").toString().replace("[", "[1,");
        assertThat(lines("{\"event\":\"splits\",\"train\":{\"samples\":298,\"class_counts\":" + many + "},"
                                + "\"validation\":null,\"test\":{\"samples\":7,\"class_counts\":null},\"warnings\":[]}")
                        .lines())
                .containsExactly("Train:      298 samples, of 100 classes 1 to 3 each", "Test:       7 samples");
    }
}
