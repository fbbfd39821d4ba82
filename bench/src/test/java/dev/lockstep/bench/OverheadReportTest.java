package dev.lockstep.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

/** What costs too much, and what does not. */
final class OverheadReportTest {
    @Test
    void longerTimesAreMorePercent() {
        assertThat(Overheads.percentMore(1.03, 1)).isCloseTo(3, within(1e-9));
        assertThat(Overheads.percentMore(0.4, 0.5)).isCloseTo(-20, within(1e-9));
    }

    @Test
    void tableAndJsonTellTheSame() {
        OverheadReport report = new OverheadReport(
                Map.of("processor", "of the test"),
                List.of(
                        new Overhead("start", "s", OptionalDouble.of(8), List.of(7.0, 9.0, 6.5)),
                        new Overhead("checkpoints", "%", OptionalDouble.of(3.5), List.of(3.0, 4.0, 5.0)),
                        new Overhead("steps", "%", OptionalDouble.empty(), List.of(-0.5))));
        assertThat(report.table())
                .contains("of the test")
                .containsPattern("start +7\\.00 s +6\\.50 \\.\\. 9\\.00 +3 +<= 8\\.0 +met")
                .containsPattern("checkpoints +4\\.00 % +3\\.00 \\.\\. 5\\.00 +3 +<= 3\\.5 +NOT met")
                .containsPattern("steps +-0\\.50 % +-0\\.50 \\.\\. -0\\.50 +1 *\n");
        JsonNode json = report.json();
        assertThat(json.at("/overheads/0/median").asDouble()).isEqualTo(7);
        assertThat(json.at("/overheads/0/met").asBoolean()).isTrue();
        assertThat(json.at("/overheads/1/met").asBoolean(true)).isFalse();
        assertThat(json.at("/overheads/1/rounds")).hasSize(3);
        assertThat(json.at("/overheads/2/target").isNull()).isTrue();
        assertThatThrownBy(() -> new Overhead("nothing", "s", OptionalDouble.empty(), List.of()))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
