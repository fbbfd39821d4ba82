package dev.lockstep.spark.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VersionPointerTest {
    private final VersionPointer pointer = new VersionPointer(List.of("c", "b", "a"));

    @Test
    void readsBackToItself() {
        assertThat(pointer.text()).isEqualTo("versions/c\nversions/b\nversions/a\n");
        assertThat(VersionPointer.parse(pointer.text(), "current")).isEqualTo(pointer);
        assertThat(VersionPointer.parse("versions/2026-01-31", "current").current())
                .isEqualTo("2026-01-31");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "\n", "versions/", "versions/..", "versions/a/b", "/etc/passwd", "versions/a\nmodel", "{}"})
    void anythingElseIsRefused(String text) {
        assertThatThrownBy(() -> VersionPointer.parse(text, "models/x/current"))
                .isInstanceOfSatisfying(LockstepException.class, refused -> assertThat(refused.exitCode())
                        .isEqualTo(ExitCode.MODEL))
                .hasMessageContaining("models/x/current names no version");
    }

    @Test
    void rollbacksGoBackOneByOne() {
        VersionPointer once = pointer.rolledBackTo("b");
        assertThat(once.versions()).containsExactly("b", "a");
        assertThat(once.published("d").versions()).containsExactly("d", "b", "a");
        assertThat(once.rolledBackTo("c").versions()).containsExactly("c", "b", "a");
        assertThat(once.rolledBackTo("a").previous()).isEmpty();
        assertThat(pointer.published("a").versions()).containsExactly("a", "c", "b");
    }

    @Test
    void currentAndWhatARollbackNeedsAreKept() {
        List<String> present = List.of("a", "b", "c", "d", "e", "f");
        assertThat(new VersionPointer(List.of("f", "e", "d")).superfluous(present, 2))
                .containsExactly("a", "b", "c", "d");
        assertThat(new VersionPointer(List.of("b", "a")).superfluous(present, 2))
                .containsExactly("c", "d");
        assertThat(pointer.superfluous(List.of("c"), 2)).isEmpty();
        assertThat(pointer.among(Set.of("a")).versions()).containsExactly("c", "a");
    }
}
