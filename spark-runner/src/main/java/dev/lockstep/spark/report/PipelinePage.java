package dev.lockstep.spark.report;

import static j2html.TagCreator.dd;
import static j2html.TagCreator.div;
import static j2html.TagCreator.dl;
import static j2html.TagCreator.dt;
import static j2html.TagCreator.h1;
import static j2html.TagCreator.header;
import static j2html.TagCreator.p;
import static j2html.TagCreator.span;
import static j2html.TagCreator.table;
import static j2html.TagCreator.tbody;
import static j2html.TagCreator.td;
import static j2html.TagCreator.th;
import static j2html.TagCreator.thead;
import static j2html.TagCreator.tr;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.core.config.Redaction;
import dev.lockstep.spark.cli.Figures;
import j2html.tags.DomContent;
import j2html.tags.specialized.DlTag;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/** The page about one day of a pipeline: how it ended, why, and what happened. */
public final class PipelinePage {
    private static final int MOST_EVENTS = 200;

    private PipelinePage() {}

    /** The whole document, of what {@code result.json} of the day says. */
    public static String of(ObjectNode result) {
        String name = text(result, "pipeline") + ", " + text(result, "date");
        List<DomContent> content = new ArrayList<>();
        content.add(
                header().with(h1(name), p(Redaction.of(result.path("message").asText())), facts(result)));
        if (!result.path("gate").path("rules").isEmpty()) {
            content.add(Page.section("Gate", List.of(gate(result.path("gate").path("rules")))));
        }
        if (result.path("evaluation").path("candidate").isObject()) {
            content.add(Page.section("Figures on the held-out samples", List.of(figures(result.path("evaluation")))));
        }
        content.add(Page.section("What happened", List.of(events(result.path("events")))));
        return Page.of(name + ": Lockstep pipeline", content);
    }

    private static DomContent facts(ObjectNode result) {
        DlTag facts = dl().withClass("facts");
        fact(facts, "status", text(result, "status").replace('_', ' '));
        fact(facts, "exit code", text(result, "exit_code"));
        fact(facts, "version", result.path("publication").path("version").asText());
        fact(facts, "before", result.path("publication").path("previous").asText(""));
        fact(facts, "began with", result.path("training").path("base").asText(""));
        fact(facts, "epochs", result.path("training").path("epochs").asText());
        fact(facts, "steps", result.path("training").path("steps").asText());
        if (result.path("seconds").isNumber()) {
            fact(facts, "time", Figures.seconds(result.path("seconds").asDouble()));
        }
        fact(facts, "data", Redaction.of(text(result, "data")));
        fact(facts, "run", Redaction.of(result.path("training").path("run").asText()));
        return facts;
    }

    private static void fact(DlTag facts, String name, String value) {
        if (!value.isEmpty() && !value.equals("null")) {
            facts.with(div().with(dt(name), dd(value)));
        }
    }

    private static DomContent gate(JsonNode rules) {
        List<DomContent> rows = new ArrayList<>();
        rules.forEach(each -> rows.add(rule(each)));
        return Page.wide(table().with(
                        thead().with(tr().with(
                                        th("figure"), th("required"), th("new model"), th("current model"), th(""))),
                        tbody().with(rows)));
    }

    private static DomContent rule(JsonNode rule) {
        boolean passed = rule.path("passed").asBoolean();
        return tr().with(
                        th(text(rule, "figure")).attr("scope", "row"),
                        td(text(rule, "required")).withClass("text"),
                        td(Page.figure(rule.path("candidate"))).withClass("judged"),
                        td(Page.figure(rule.path("current"))),
                        td().with(
                                        passed
                                                ? span("✓ passed")
                                                : span("✗ not passed").withClass("bad")));
    }

    private static DomContent figures(JsonNode evaluation) {
        List<DomContent> rows = new ArrayList<>();
        Iterator<Map.Entry<String, JsonNode>> fields =
                evaluation.path("candidate").fields();
        while (fields.hasNext()) {
            Map.Entry<String, JsonNode> field = fields.next();
            if (field.getValue().isNumber()) {
                JsonNode guess = evaluation.path("candidate").path("baseline").path(field.getKey());
                rows.add(tr().with(
                                th(MetricKeys.title(field.getKey())).attr("scope", "row"),
                                td(Page.figure(field.getValue())).withClass("judged"),
                                td(Page.figure(evaluation.path("current").path(field.getKey()))),
                                td(Page.figure(guess))));
            }
        }
        String current = evaluation.path("current_version").asText("");
        return Page.wide(table().with(
                        thead().with(tr().with(
                                        th(""),
                                        th("new model"),
                                        th(current.isEmpty() ? "current model" : current),
                                        th("guessing"))),
                        tbody().with(rows)));
    }

    private static DomContent events(JsonNode events) {
        List<DomContent> rows = new ArrayList<>();
        for (JsonNode event : events) {
            if (rows.size() < MOST_EVENTS) {
                rows.add(tr().with(td(text(event, "time")), td(Redaction.of(text(event, "text")))));
            }
        }
        return Page.wide(table().withClass("text")
                .with(thead().with(tr().with(th("time"), th("what happened"))), tbody().with(rows)));
    }

    private static String text(JsonNode node, String key) {
        return node.path(key).asText();
    }
}
