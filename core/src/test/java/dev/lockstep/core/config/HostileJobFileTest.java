package dev.lockstep.core.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import dev.lockstep.core.fuzz.FuzzOracle;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Long job files that were made to cost memory or time. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class HostileJobFileTest {
    private static final int LONG = 60_000;

    private static void assertRefusedCheaply(String text) throws Exception {
        JobFileFuzzTarget target = new JobFileFuzzTarget();
        FuzzOracle.warmUp(target);
        assertThat(FuzzOracle.check(target, text.getBytes(StandardCharsets.UTF_8)))
                .isInstanceOfSatisfying(LockstepException.class, refused -> {
                    assertThat(refused.exitCode()).isEqualTo(ExitCode.USAGE);
                    assertThat(String.valueOf(refused.getMessage())).hasSizeLessThan(1 << 20);
                });
    }

    @Test
    void aLongTextThatIsMeantAHundredThousandTimes() throws Exception {
        assertRefusedCheaply(
                "name: &a " + "a".repeat(LONG) + "\ntraining: {metrics: [" + "*a,".repeat(99_000) + "*a]}");
    }

    @Test
    void thousandsOfUnknownKeys() throws Exception {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 10_000; i++) {
            text.append('k').append(i).append(": \n");
        }
        assertRefusedCheaply(text.toString());
    }

    @Test
    void aLongKeyAboveManyUnsetVariables() throws Exception {
        assertRefusedCheaply("cluster: {spark: {" + "k".repeat(LONG) + ": [" + "'${A}',".repeat(20_000) + "x]}}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"9", "0x", "a", " ", "${A:-", "'", "\t", "&a"})
    void aLongRunOfOneThing(String thing) throws Exception {
        assertRefusedCheaply("seed: 0" + thing.repeat(LONG / thing.length()));
        assertRefusedCheaply("seed: " + thing.repeat(LONG / thing.length()));
        assertRefusedCheaply(thing.repeat(LONG / thing.length()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"[", "{", "{a: ", "- ", "? ", "[a, "})
    void deepNesting(String opening) throws Exception {
        assertRefusedCheaply(opening.repeat(LONG / opening.length()));
    }

    @Test
    void sizesOfNumbersAreNoMatter() {
        for (String number : List.of("1e999999999", "-1e-999999999", "9".repeat(900_000), "0x" + "f".repeat(900_000))) {
            assertThatThrownBy(() -> JobFile.read("seed: " + number, "job.yaml", List.of(), Map.of()))
                    .isInstanceOf(LockstepException.class)
                    .hasMessageContaining("expected a whole number");
        }
    }
}
