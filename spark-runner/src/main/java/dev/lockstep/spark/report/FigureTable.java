package dev.lockstep.spark.report;

import static j2html.TagCreator.each;
import static j2html.TagCreator.span;
import static j2html.TagCreator.table;
import static j2html.TagCreator.tbody;
import static j2html.TagCreator.td;
import static j2html.TagCreator.th;
import static j2html.TagCreator.thead;
import static j2html.TagCreator.tr;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import j2html.tags.DomContent;
import java.util.ArrayList;
import java.util.List;

/** The final figures, those of the test beside what guessing gives. */
final class FigureTable {
    private FigureTable() {}

    static DomContent of(RunRecord run) {
        JsonNode train =
                run.result().path("train").isObject() ? run.result().path("train") : part(run.last("epoch"), false);
        JsonNode validation = run.result().path("validation").isObject()
                ? run.result().path("validation")
                : part(run.last("epoch"), true);
        JsonNode test = run.result().path("test");
        List<String> keys = MetricKeys.in(List.of(train, validation, test));
        return Page.wide(table().with(
                        thead().with(tr().with(
                                        th(""),
                                        th("training").withTitle("the mean of the last epoch"),
                                        th("validation"),
                                        th("test"),
                                        th("guessing")
                                                .withTitle("the best constant prediction for the " + run.judgedName()
                                                        + " samples"))),
                        tbody().with(each(keys, key -> row(run, key, train, validation, test)))));
    }

    private static ObjectNode part(JsonNode epoch, boolean ofValidation) {
        ObjectNode part = JsonNodeFactory.instance.objectNode();
        epoch.fields().forEachRemaining(field -> {
            boolean isOfValidation = field.getKey().startsWith(MetricKeys.VALIDATION);
            if (isOfValidation && ofValidation) {
                part.set(field.getKey().substring(MetricKeys.VALIDATION.length()), field.getValue());
            } else if (!isOfValidation && !ofValidation) {
                part.set(field.getKey(), field.getValue());
            }
        });
        return part;
    }

    private static DomContent row(RunRecord run, String key, JsonNode train, JsonNode validation, JsonNode test) {
        List<DomContent> cells = new ArrayList<>();
        cells.add(th(MetricKeys.title(key)).attr("scope", "row"));
        for (JsonNode figures : List.of(train, validation, test)) {
            boolean judged = figures == run.judged();
            cells.add(td(Page.figure(figures.path(key))).withCondClass(judged, "judged"));
        }
        cells.add(guess(run.judged(), key));
        return tr().with(cells);
    }

    /** What guessing gives, and a word where the network does no better. */
    static DomContent guess(JsonNode figures, String key) {
        JsonNode guess = figures.path("baseline").path(key);
        JsonNode value = figures.path(key);
        boolean noBetter = guess.isNumber()
                && value.isNumber()
                && Findings.isNoBetter(
                        key,
                        value.asDouble(),
                        guess.asDouble(),
                        figures.path("samples").asLong());
        return td().with(span(Page.figure(guess)))
                .condWith(noBetter, span(" not beaten").withClass("bad"));
    }
}
