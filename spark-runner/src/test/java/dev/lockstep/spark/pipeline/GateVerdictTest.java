package dev.lockstep.spark.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lockstep.core.monitor.MonitorMode;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class GateVerdictTest {
    private static JsonNode figures(String json) {
        try {
            return new ObjectMapper().readTree(json);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static GateVerdict verdict(GateRuleSpec rule, String candidate, @Nullable String current) {
        return GateVerdict.of(
                List.of(rule),
                figures(candidate),
                current == null ? null : figures(current),
                name -> !name.equals("loss"));
    }

    private static GateRuleSpec noWorse(String figure, double by, MonitorMode mode) {
        return new GateRuleSpec(figure, null, null, by, mode);
    }

    @Test
    void absoluteLimits() {
        GateRuleSpec rule = new GateRuleSpec("accuracy", 0.8, 0.99, null, MonitorMode.AUTO);
        assertThat(verdict(rule, "{\"accuracy\": 0.8}", null).passed()).isTrue();
        assertThat(verdict(rule, "{\"accuracy\": 0.79}", null).objections())
                .containsExactly("accuracy is 0.7900, required at least 0.8");
        assertThat(verdict(rule, "{\"accuracy\": 1.0}", null).objections())
                .containsExactly("accuracy is 1.0000, required at most 0.99");
    }

    @Test
    void noWorseThanTheCurrentModel() {
        GateRuleSpec accuracy = noWorse("accuracy", 0.01, MonitorMode.AUTO);
        assertThat(verdict(accuracy, "{\"accuracy\": 0.895}", "{\"accuracy\": 0.9}")
                        .passed())
                .isTrue();
        assertThat(verdict(accuracy, "{\"accuracy\": 0.885}", "{\"accuracy\": 0.9}")
                        .objections())
                .containsExactly(
                        "accuracy is 0.8850 (current model: 0.9000), required no worse than the current model by"
                                + " more than 0.01");
        GateRuleSpec loss = noWorse("loss", 0.01, MonitorMode.AUTO);
        assertThat(verdict(loss, "{\"loss\": 0.30}", "{\"loss\": 0.5}").passed())
                .isTrue();
        assertThat(verdict(loss, "{\"loss\": 0.52}", "{\"loss\": 0.5}").passed())
                .isFalse();
        assertThat(verdict(noWorse("loss", 0, MonitorMode.MAX), "{\"loss\": 0.4}", "{\"loss\": 0.5}")
                        .passed())
                .isFalse();
    }

    @Test
    void theFirstModelIsComparedWithNone() {
        assertThat(verdict(noWorse("accuracy", 0, MonitorMode.AUTO), "{\"accuracy\": 0.1}", null)
                        .passed())
                .isTrue();
    }

    @Test
    void whatIsAbsentKeepsNoLimit() {
        GateRuleSpec rule = new GateRuleSpec("macro.f1", 0.1, null, 0.5, MonitorMode.AUTO);
        assertThat(verdict(rule, "{\"macro\": {\"f1\": null}}", null).objections())
                .hasSize(2)
                .first()
                .isEqualTo("macro.f1 is absent, required at least 0.1");
        assertThat(verdict(rule, "{\"macro\": {\"f1\": 0.2}}", "{\"macro\": {}}")
                        .passed())
                .isTrue();
    }

    @Test
    void isToldAsJson() {
        JsonNode json = verdict(new GateRuleSpec("loss", null, 1.0, 0.0, MonitorMode.AUTO), "{\"loss\": 2}", null)
                .json();
        assertThat(json.path("passed").asBoolean()).isFalse();
        assertThat(json.path("rules")).hasSize(2);
        assertThat(json.path("rules").path(0).path("candidate").asDouble()).isEqualTo(2);
        assertThat(json.path("rules").path(0).path("current").isNull()).isTrue();
    }
}
