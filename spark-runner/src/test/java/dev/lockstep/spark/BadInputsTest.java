package dev.lockstep.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * docs/errors.md is the table of this test: each of its cases is brought about by {@link BadInput} through the command
 * line as it is, and what it shows, and with which exit code, is compared with the page word for word.
 */
@Tag("spark")
class BadInputsTest {
    /** What a person is to be told of, by the numbers of the page. */
    private static final int KINDS = 25;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    static List<ErrorPage.Section> sections() {
        return ErrorPage.sections();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("sections")
    void thePageShowsWhatAPersonSees(ErrorPage.Section section) throws Exception {
        BadInputFolder.Shown shown = BadInput.in(folder, section.number());
        assertThat(shown.text()).isEqualTo(section.text());
        assertThat(shown.exitCode()).as(shown.text()).isEqualTo(section.exitCode());
        assertThat(shown.text()).as("no stack trace").doesNotContain("\tat ", "Exception");
    }

    @Test
    void everyKindIsThereAndEveryCaseIsOnThePage() {
        Set<Integer> kinds = sections().stream().map(ErrorPage.Section::kind).collect(Collectors.toSet());
        assertThat(kinds)
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.rangeClosed(1, KINDS).boxed().toList());
        assertThat(sections().stream().map(ErrorPage.Section::number))
                .doesNotHaveDuplicates()
                .containsExactlyInAnyOrderElementsOf(BadInput.numbers());
    }
}
