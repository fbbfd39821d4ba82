package dev.lockstep.spark.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("process")
class HookTest {
    private static final Duration DEADLINE = Duration.ofSeconds(60);

    @Test
    void hearsWhatHappened() {
        Hook.Outcome outcome = Hook.run(
                "echo \"$LOCKSTEP_DATE is $LOCKSTEP_STATUS\"; echo trouble >&2; exit 3",
                Map.of("LOCKSTEP_DATE", "2026-01-01", "LOCKSTEP_STATUS", "published; rm -rf /"),
                DEADLINE);
        assertThat(outcome.exitCode()).isEqualTo(3);
        assertThat(outcome.output()).isEqualTo("2026-01-01 is published; rm -rf /\ntrouble");
        assertThat(outcome.sentence()).isEqualTo("ended with exit code 3");
    }

    @Test
    void isKilledAtItsDeadlineWithItsChildren() {
        Hook.Outcome outcome = Hook.run("sleep 600 & echo begun; wait", Map.of(), Duration.ofMillis(300));
        assertThat(outcome.timedOut()).isTrue();
        assertThat(outcome.sentence()).contains("deadline");
        assertThat(ProcessHandle.current().descendants().filter(HookTest::sleeps))
                .isEmpty();
    }

    private static boolean sleeps(ProcessHandle process) {
        return process.isAlive() && process.info().command().orElse("").endsWith("/sleep");
    }
}
