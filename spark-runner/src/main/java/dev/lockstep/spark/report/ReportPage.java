package dev.lockstep.spark.report;

import static j2html.TagCreator.dd;
import static j2html.TagCreator.div;
import static j2html.TagCreator.dl;
import static j2html.TagCreator.dt;
import static j2html.TagCreator.h1;
import static j2html.TagCreator.header;
import static j2html.TagCreator.li;
import static j2html.TagCreator.p;
import static j2html.TagCreator.pre;
import static j2html.TagCreator.ul;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lockstep.core.config.Redaction;
import dev.lockstep.spark.cli.Figures;
import j2html.tags.DomContent;
import j2html.tags.specialized.DlTag;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** The page about one run. */
public final class ReportPage {
    private ReportPage() {}

    /** The whole document. */
    public static String of(RunRecord run) {
        List<DomContent> content = new ArrayList<>();
        content.add(head(run));
        Consumer<DomContent> add = content::add;
        content.add(Page.section("Figures", List.of(FigureTable.of(run))));
        CurvesSection.of(run).ifPresent(add);
        ConfusionSection.of(run).ifPresent(add);
        SamplesSection.of(run).ifPresent(add);
        SplitsSection.of(run).ifPresent(add);
        SpeedSection.of(run).ifPresent(add);
        HistogramsSection.of(run).ifPresent(add);
        Course.of(run).ifPresent(add);
        if (!run.settings().isEmpty()) {
            content.add(Page.section("Settings", List.of(pre(run.settings()))));
        }
        return Page.of(run.name() + ": Lockstep run", content);
    }

    private static DomContent head(RunRecord run) {
        return header().with(
                        h1(run.name()),
                        p(Redaction.of(run.location())).withClass("note place"),
                        facts(run),
                        findings(run));
    }

    /** The sentences that a reader must not miss. */
    static DomContent findings(RunRecord run) {
        List<String> sentences = Findings.of(run);
        return div().condWith(
                        !sentences.isEmpty(),
                        ul().withClass("findings")
                                .with(sentences.stream()
                                        .map(sentence -> li(sentence))
                                        .toList()));
    }

    private static DomContent facts(RunRecord run) {
        JsonNode result = run.result();
        JsonNode judged = run.judged();
        DlTag facts = dl().withClass("facts");
        fact(facts, "status", run.status());
        String key = judged.path(MetricKeys.ACCURACY).isNumber() ? MetricKeys.ACCURACY : MetricKeys.LOSS;
        if (judged.path(key).isNumber()) {
            JsonNode guess = judged.path("baseline").path(key);
            fact(
                    facts,
                    run.judgedName() + " " + key,
                    Page.figure(judged.path(key))
                            + (guess.isNumber() ? " (guessing: " + Page.figure(guess) + ")" : ""));
        }
        expectation(facts, result.path("expected"));
        number(facts, "epochs", result.path("epochs"));
        number(facts, "steps", result.path("steps"));
        number(facts, "workers", result.path("workers"));
        if (result.path("sync").isTextual()) {
            fact(facts, "sync", result.path("sync").asText());
        }
        number(facts, "parameters", result.path("parameters"));
        JsonNode speed = result.path("train").path("samples_per_second");
        if (speed.isNumber()) {
            fact(facts, "samples per second", Figures.count(speed.asDouble()));
        }
        if (result.path("wall_seconds").isNumber()) {
            fact(facts, "time", Figures.seconds(result.path("wall_seconds").asDouble()));
        }
        return facts;
    }

    /** What the job says that it should reach, and whether it did. */
    private static void expectation(DlTag facts, JsonNode expected) {
        if (expected.isObject()) {
            JsonNode least = expected.path("at_least");
            JsonNode most = expected.path("at_most");
            fact(
                    facts,
                    "expected " + expected.path("figure").asText(),
                    (least.isNumber() ? "at least " + Page.figure(least) + " " : "")
                            + (most.isNumber() ? "at most " + Page.figure(most) + " " : "")
                            + (expected.path("met").asBoolean() ? "✓ reached" : "✗ not reached"));
        }
    }

    private static void number(DlTag facts, String name, JsonNode value) {
        if (value.isIntegralNumber()) {
            fact(facts, name, Page.count(value.asLong()));
        }
    }

    private static void fact(DlTag facts, String name, String value) {
        facts.with(div().with(dt(name), dd(value)));
    }
}
