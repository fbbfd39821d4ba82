package dev.lockstep.bench.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From the lines of a metrics file to rates. */
final class EpochFiguresTest {
    private static final double EXACT = 1e-9;
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final String EPOCH =
            """
            {"event":"epoch","epoch":3,"epochs":9,"step":300,"steps_per_epoch":100,"seconds":0.5,\
            "samples_per_second":25600,"loss":0.9,"phase_seconds":{"compute":0.3,"merge":0.2},"bytes_per_step":437576,\
            "time":"2026-01-01T00:00:10.500Z"}
            """;

    @Test
    void readsWhatIsNewLineByLine(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("metrics.jsonl");
        MetricsFile metrics = new MetricsFile(file);
        assertThat(metrics.readNew()).isEmpty();

        Files.writeString(file, "{\"event\":\"membership\",\"step\":0}\n" + EPOCH + EPOCH.substring(0, 40));
        assertThat(metrics.readNew())
                .containsExactly(new EpochEvent(
                        3,
                        Instant.parse("2026-01-01T00:00:10.500Z"),
                        0.5,
                        100,
                        25_600,
                        Map.of("compute", 0.3, "merge", 0.2),
                        OptionalDouble.of(437_576)));
        append(file, EPOCH.substring(40, 90));
        assertThat(metrics.readNew()).isEmpty();
        append(file, EPOCH.substring(90));
        assertThat(metrics.readNew()).hasSize(1);
        append(file, "not JSON\n");
        assertThatThrownBy(metrics::readNew)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("not JSON");
    }

    private static void append(Path file, String text) throws IOException {
        Files.write(file, text.getBytes(StandardCharsets.UTF_8), StandardOpenOption.APPEND);
    }

    @Test
    void onlyEpochsThatBeganInTheTurnCount() {
        // Over before the turn and written down in it; interrupted by the pause; whole.
        assertThat(LockstepRun.isOf(START, epoch(0.01, 0.5, 100, 25_600))).isFalse();
        assertThat(LockstepRun.isOf(START, epoch(0.3, 60.5, 100, 200))).isFalse();
        assertThat(LockstepRun.isOf(START, epoch(0.9, 0.5, 100, 25_600))).isTrue();
    }

    @Test
    void weighsEpochsByTheirTimeAndSteps() {
        List<EpochEvent> epochs = List.of(
                new EpochEvent(1, START, 1, 100, 1_000, Map.of("compute", 0.5), OptionalDouble.of(10)),
                new EpochEvent(2, START, 3, 300, 2_000, Map.of("compute", 2.5), OptionalDouble.of(50)));
        assertThat(EpochFigures.steps(epochs)).isEqualTo(400);
        assertThat(EpochFigures.samplesPerSecond(epochs)).isCloseTo(1_750, within(EXACT));
        assertThat(EpochFigures.ofStep(epochs)).containsOnly(entry("compute_ms", 7.5), entry("bytes_per_step", 40.0));
        EpochEvent bare = new EpochEvent(1, START, 1, 100, 1_000, Map.of(), OptionalDouble.empty());
        assertThat(EpochFigures.ofStep(List.of(bare))).isEmpty();
    }

    @Test
    void timeBetweenEpochsIsWhatStepsDoNotTake() {
        List<EpochEvent> epochs = List.of(epoch(1.0, 0.9, 100, 1), epoch(1.52, 0.5, 100, 1), epoch(2.0, 0.44, 100, 1));
        assertThat(EpochFigures.wallSecondsPerEpoch(epochs)).isCloseTo(0.5, within(EXACT));
        assertThat(EpochFigures.secondsBetweenEpochs(epochs)).isCloseTo(0.03, within(EXACT));
        assertThatThrownBy(() -> EpochFigures.secondsBetweenEpochs(epochs.subList(0, 1)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static EpochEvent epoch(double endedAfter, double seconds, int steps, double samplesPerSecond) {
        Instant ended = START.plusNanos(Math.round(endedAfter * 1e9));
        return new EpochEvent(1, ended, seconds, steps, samplesPerSecond, Map.of(), OptionalDouble.empty());
    }
}
