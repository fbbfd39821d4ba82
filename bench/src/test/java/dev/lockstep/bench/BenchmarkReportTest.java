package dev.lockstep.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lockstep.bench.Findings.Finding;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The arithmetic between rounds and verdicts. */
final class BenchmarkReportTest {
    private static final double EXACT = 1e-12;

    @Test
    void medianAndSpreadOfTheRounds() {
        Measurement odd = measured(Entry.LOCKSTEP, Workload.MLP, 1, 128, 5, 1, 9, 3, 7);
        assertThat(odd.median()).isEqualTo(5);
        assertThat(odd.slowest()).isEqualTo(1);
        assertThat(odd.fastest()).isEqualTo(9);
        assertThat(measured(Entry.LOCKSTEP, Workload.MLP, 1, 128, 4, 1, 2, 100).median())
                .isEqualTo(3);
        assertThatThrownBy(() -> measured(Entry.DL4J, Workload.MLP, 1, 128))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("dl4j");
    }

    @Test
    void ratiosCompareRoundsThatRanTogether() {
        // The machine was half as fast in the first two rounds: the medians alone would say 3 instead of 2.
        Measurement ours = measured(Entry.LOCKSTEP, Workload.MLP, 1, 128, 100, 100, 300, 200, 200);
        Measurement theirs = measured(Entry.LIBTORCH, Workload.MLP, 1, 128, 50, 50, 100, 100, 100);
        assertThat(ours.ratioTo(theirs)).isEqualTo(2);
        assertThatThrownBy(() -> ours.ratioTo(measured(Entry.LIBTORCH, Workload.MLP, 1, 128, 1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("5 rounds");
    }

    @Test
    void findingsTakeTheRightSidesAndKnowTheirTargets() {
        List<Measurement> measurements = List.of(
                measured(Entry.LOCKSTEP, Workload.MLP, 1, 128, 200),
                measured(Entry.LIBTORCH, Workload.MLP, 1, 128, 100),
                measured(Entry.LOCKSTEP, Workload.MLP, 2, 64, 240),
                measured(Entry.LOCKSTEP, Workload.MLP, 2, 128, 380),
                measured(Entry.ALONE, Workload.MLP, 2, 128, 360),
                measured(Entry.SOCKETS, Workload.MLP, 2, 128, 190),
                measured(Entry.GLOO, Workload.MLP, 2, 64, 100),
                measured(Entry.GLOO, Workload.MLP, 2, 128, 190));
        Findings findings = new Findings(measurements);

        assertThat(value(findings, "A, one worker: Lockstep / libtorch")).isEqualTo(2);
        assertThat(finding(findings, "A, one worker: Lockstep / libtorch").met())
                .isTrue();
        assertThat(value(findings, "A, two workers: Lockstep / libtorch + gloo, 64 each"))
                .isEqualTo(2.4);
        assertThat(finding(findings, "A, two workers: Lockstep / libtorch + gloo, 64 each")
                        .met())
                .isFalse();
        assertThat(value(findings, "A, two workers: Lockstep / libtorch + gloo, 128 each"))
                .isEqualTo(2);
        assertThat(value(findings, "A, 1 -> 2 workers: strong efficiency")).isEqualTo(0.6);
        assertThat(value(findings, "A, 1 -> 2 workers: weak efficiency")).isCloseTo(0.95, within(EXACT));
        assertThat(value(findings, "A, two workers without merging / twice one worker"))
                .isEqualTo(0.9);
        assertThat(value(findings, "A, 1 -> 2 workers: weak efficiency, of what the machine leaves"))
                .isCloseTo(380.0 / 360, within(EXACT));
        assertThat(value(findings, "A, two workers: shared memory / sockets, 128 each"))
                .isEqualTo(2);
        assertThat(finding(findings, "A, two workers: shared memory / encrypted sockets, 128 each")
                        .value())
                .isEmpty();
        assertThat(finding(findings, "B, one worker: Lockstep / libtorch").value())
                .isEmpty();
        assertThat(finding(findings, "A, two workers: fraction of the bound, 64 each")
                        .value())
                .isEmpty();
    }

    @Test
    void boundAddsProductsBytesAndExchange() {
        // 58,163,200 operations and 3,062,808 bytes, both at 1e9 a second.
        double products = 128 * 2.0 * (3 * 109_184 - 100_352) / 1e9;
        double bytes = 7.0 * 4 * 109_386 / 1e9;
        assertThat(Bound.samplesPerSecond(1, 128, 1e9, 1e9, Double.NaN))
                .isCloseTo(128 / (products + bytes), within(1e-9));
        assertThat(Bound.samplesPerSecond(2, 64, 1e9, 1e9, 1000))
                .isCloseTo(128 / (products / 2 + bytes + 0.001), within(1e-9));
        // Two copies, each of which reads and writes, are faster than a hundred exchanges a second.
        double copies = 2 * 2 * 4 * 109_386 / 1e9;
        assertThat(Bound.samplesPerSecond(2, 64, 1e9, 1e9, 100))
                .isCloseTo(128 / (products / 2 + bytes + copies), within(1e-9));
    }

    @Test
    void boundOfTwoWorkersUsesWhatBothCoresReachAtOnce() {
        List<Measurement> measurements = List.of(
                measured(Entry.SGEMM, Workload.MLP, 1, 0, 100e9),
                measured(Entry.SGEMM, Workload.MLP, 2, 0, 160e9),
                measured(Entry.COPY, Workload.MLP, 1, 0, 20e9),
                measured(Entry.COPY, Workload.MLP, 2, 0, 30e9),
                measured(Entry.LOOPBACK, Workload.MLP, 1, 0, 10_000),
                measured(Entry.LOCKSTEP, Workload.MLP, 2, 64, 100_000));
        Findings findings = new Findings(measurements);
        double bound = Bound.samplesPerSecond(2, 64, 80e9, 15e9, 10_000);
        assertThat(findings.bound(2, 64)).hasValue(bound);
        assertThat(value(findings, "A, two workers: fraction of the bound, 64 each"))
                .isEqualTo(100_000 / bound);
    }

    @Test
    void tableAndJsonTellTheSame() {
        BenchmarkReport report = new BenchmarkReport(
                Map.of("processor", "of the test"),
                List.of(
                        measured(Entry.LOCKSTEP, Workload.MLP, 1, 128, 90_000, 100_000, 120_000),
                        measured(Entry.LIBTORCH, Workload.MLP, 1, 128, 90_000, 100_000, 120_000)),
                Map.of("B lockstep x1 batch 64", "unknown layer"));

        assertThat(report.table())
                .contains("of the test")
                .containsPattern("A +lockstep +1 +128 +100,000 +90,000 \\.\\. 120,000 +3 +samples/s")
                .containsPattern("A, one worker: Lockstep / libtorch +1\\.00 +>= 1\\.50 +NOT met")
                .contains("without B lockstep x1 batch 64: unknown layer");
        JsonNode json = report.json();
        assertThat(json.at("/measurements/0/median").asDouble()).isEqualTo(100_000);
        assertThat(json.at("/measurements/0/rounds")).hasSize(3);
        assertThat(json.at("/findings/0/value").asDouble()).isEqualTo(1);
        assertThat(json.at("/findings/0/met").asBoolean(true)).isFalse();
        assertThat(json.at("/findings/2/value").isNull()).isTrue();
        assertThat(json.at("/skipped/B lockstep x1 batch 64").asText()).isEqualTo("unknown layer");
    }

    private static double value(Findings findings, String what) {
        return finding(findings, what).value().orElseThrow();
    }

    private static Finding finding(Findings findings, String what) {
        return findings.all().stream()
                .filter(finding -> finding.what().equals(what))
                .findFirst()
                .orElseThrow();
    }

    private static Measurement measured(
            String contender, Workload workload, int workers, int batchPerWorker, double... rounds) {
        List<Double> boxed =
                Stream.of(rounds).flatMap(all -> Arrays.stream(all).boxed()).toList();
        return new Measurement(
                contender, workload, workers, batchPerWorker, Entry.SAMPLES, "as tested", boxed, Map.of());
    }
}
