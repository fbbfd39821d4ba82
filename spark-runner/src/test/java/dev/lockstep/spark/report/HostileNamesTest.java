package dev.lockstep.spark.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Names that others chose become text on the pages: not one element, attribute or address more than plain names make. */
class HostileNamesTest {
    private static final Pattern MARKUP = Pattern.compile("<[^>]*>");
    private static final Pattern PART = Pattern.compile("</?[a-zA-Z0-9-]+|\\s([a-zA-Z-]+)=");

    private static Recorded run(String name) {
        Recorded run = Recorded.completed(3);
        run.classNames = List.of(name, name + " 2", name + " 3");
        run.location = "runs/" + name;
        run.job = run.job.replace(
                "{format: digits, train_samples: 600, test_samples: 200, scale: 255, validation: {split: 0.1}}",
                "{format: csv, train: '/data/" + quoted(name) + ".csv', label: '" + quoted(name) + "'}");
        run.add(run.event("worker_lost").put("rank", 1).put("reason", name));
        run.add(run.event("restart").put("restarts", 1).put("of", 3).put("reason", name));
        run.add(run.event("checkpoint_failed").put("attempt", 1).put("reason", name));
        run.result.put("status", "failed").put("error", name).put("sync", name);
        run.result.putObject("expected").put("figure", name).put("at_least", 0.5);
        run.result
                .putObject("stopped_early")
                .put("epoch", 2)
                .put("best_epoch", 1)
                .put("monitor", name);
        return run;
    }

    private static String quoted(String name) {
        return name.replace("'", "''");
    }

    /** Every tag and every attribute, in order, without what attributes hold. */
    private static List<String> markup(String page) {
        List<String> parts = new ArrayList<>();
        Matcher tags =
                MARKUP.matcher(page.replaceAll("(?s)<style>.*?</style>", "").replaceAll("\"[^\"]*\"", "\"\""));
        while (tags.find()) {
            Matcher inside = PART.matcher(tags.group());
            while (inside.find()) {
                parts.add(inside.group());
            }
        }
        return parts;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<script>alert(1)</script>",
                "\"><img src=x onerror=alert(1)>",
                "' onmouseover='alert(1)",
                "\" onmouseover=\"alert(1)\" x=\"",
                "</title></svg><svg onload=alert(1)>",
                "]]><!-- -->&lt;b&gt;",
                "javascript:alert(1)",
                "=HYPERLINK(\"http://evil\",\"x\")",
                "\u202Egpj.exe",
            })
    void namesAreText(String name) {
        List<String> plain = markup(ReportPage.of(run("plain").record()));
        assertThat(plain).hasSizeGreaterThan(500);
        String page = ReportPage.of(run(name).record());
        assertThat(markup(page)).isEqualTo(plain);
        assertThat(page).contains("Content-Security-Policy").doesNotContain("<script", "<img src=x");
        assertThat(markup(
                        ComparisonPage.of(List.of(run(name).record(), run(name).record()))))
                .isEqualTo(markup(ComparisonPage.of(
                        List.of(run("plain").record(), run("plain").record()))));
    }

    @Test
    void theStructureIsReallyLookedAt() {
        assertThat(markup("<p class=\"a\">b</p>")).containsExactly("<p", " class=", "</p");
    }
}
