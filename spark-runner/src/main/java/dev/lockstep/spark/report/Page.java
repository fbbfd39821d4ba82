package dev.lockstep.spark.report;

import static j2html.TagCreator.body;
import static j2html.TagCreator.div;
import static j2html.TagCreator.footer;
import static j2html.TagCreator.h2;
import static j2html.TagCreator.head;
import static j2html.TagCreator.html;
import static j2html.TagCreator.main;
import static j2html.TagCreator.meta;
import static j2html.TagCreator.p;
import static j2html.TagCreator.rawHtml;
import static j2html.TagCreator.style;
import static j2html.TagCreator.title;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lockstep.spark.cli.Figures;
import dev.lockstep.spark.cli.VersionText;
import j2html.tags.DomContent;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/** What all pages have in common: one file, no scripts, nothing that is fetched. */
final class Page {
    /** Even if something slipped through the escaping, no browser would run or fetch it. */
    private static final String POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";

    private Page() {}

    /** The whole document. */
    static String of(String name, List<DomContent> content) {
        return "<!DOCTYPE html>\n"
                + html().withLang("en")
                        .with(
                                head().with(
                                                meta().withCharset("utf-8"),
                                                meta().withName("viewport")
                                                        .withContent("width=device-width, initial-scale=1"),
                                                meta().attr("http-equiv", "Content-Security-Policy")
                                                        .withContent(POLICY),
                                                meta().withName("color-scheme").withContent("light dark"),
                                                title(name),
                                                style().with(rawHtml(styleSheet()))),
                                body().with(
                                                main().with(content),
                                                footer().with(p("Page made by " + VersionText.line()
                                                        + " from what the run directory holds."))))
                        .render()
                + "\n";
    }

    private static String styleSheet() {
        try (InputStream stream = Objects.requireNonNull(Page.class.getResourceAsStream("report.css"), "report.css")) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("report.css", e);
        }
    }

    /** A part of the page with a heading. */
    static DomContent section(String heading, List<DomContent> content) {
        return j2html.TagCreator.section().with(h2(heading)).with(content);
    }

    /** Charts or pictures side by side, as many as there is room for. */
    static DomContent side(String cssClass, List<DomContent> content) {
        return div().withClass(cssClass).with(content);
    }

    /** Something that may be wider than the page: it scrolls by itself. */
    static DomContent wide(DomContent content) {
        return div().withClass("wide").attr("tabindex", "0").with(content);
    }

    /** A figure for people; a dash where there is none. */
    static String figure(JsonNode value) {
        return value.isNumber() && Double.isFinite(value.asDouble())
                // Without the minus of a zero, which a loss of nothing may have.
                ? Figures.value(value.asDouble() + 0.0)
                : "–";
    }

    /** A whole number with its thousands apart. */
    static String count(long number) {
        return String.format(Locale.ROOT, "%,d", number).replace(',', '\u202f');
    }

    static String percent(double share) {
        return String.format(Locale.ROOT, "%.1f %%", 100 * share);
    }
}
