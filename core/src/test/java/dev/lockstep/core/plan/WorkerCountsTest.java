package dev.lockstep.core.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WorkerCountsTest {
    @Test
    void aRangeIsItsEndsAndThePowersOfTwoBetween() {
        assertThat(WorkerCounts.parse("1..1024")).containsExactly(1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024);
        assertThat(WorkerCounts.parse("3..20")).containsExactly(3, 4, 8, 16, 20);
        assertThat(WorkerCounts.parse("4..4")).containsExactly(4);
    }

    @Test
    void aListIsSortedAndWithoutRepetitions() {
        assertThat(WorkerCounts.parse("8, 1,2,2")).containsExactly(1, 2, 8);
        assertThat(WorkerCounts.parse("7")).containsExactly(7);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "0..4", "4..1", "1..", "two", "1,,2", "-1", "1..100000", "99999"})
    void anythingElseIsRefusedWithWhatIsExpected(String text) {
        assertThatThrownBy(() -> WorkerCounts.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("1..1024", "1,2,8", "\"" + text + "\"");
    }
}
