package dev.lockstep.spark.report;

import static j2html.TagCreator.each;
import static j2html.TagCreator.figcaption;
import static j2html.TagCreator.figure;
import static j2html.TagCreator.h3;
import static j2html.TagCreator.img;
import static j2html.TagCreator.p;
import static j2html.TagCreator.span;
import static j2html.TagCreator.table;
import static j2html.TagCreator.tbody;
import static j2html.TagCreator.td;
import static j2html.TagCreator.th;
import static j2html.TagCreator.thead;
import static j2html.TagCreator.tr;

import com.fasterxml.jackson.databind.JsonNode;
import j2html.tags.DomContent;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/** Some samples with what the network made of them, and those it was most wrong about. */
final class SamplesSection {
    private static final int MOST_VALUES = 12;

    private final RunRecord run;
    private final JsonNode event;

    private SamplesSection(RunRecord run, JsonNode event) {
        this.run = run;
        this.event = event;
    }

    static Optional<DomContent> of(RunRecord run) {
        JsonNode event = run.last("samples");
        if (event.path("chosen").isEmpty() && event.path("worst").isEmpty()) {
            return Optional.empty();
        }
        SamplesSection section = new SamplesSection(run, event);
        String role = event.path("role").asText("test");
        List<DomContent> content = new ArrayList<>();
        section.add(content, "The first " + role + " samples", event.path("chosen"));
        section.add(content, "The worst mistakes", event.path("worst"));
        content.add(p("The worst are those of the " + role + " samples with the largest loss.")
                .withClass("note"));
        return Optional.of(Page.section("Samples", content));
    }

    private void add(List<DomContent> content, String heading, JsonNode samples) {
        if (samples.isEmpty()) {
            return;
        }
        content.add(h3(heading));
        List<DomContent> pictures = new ArrayList<>();
        for (JsonNode sample : samples) {
            picture(sample).ifPresent(pictures::add);
        }
        content.add(pictures.size() == samples.size() ? Page.side("pictures", pictures) : Page.wide(rows(samples)));
    }

    private Optional<DomContent> picture(JsonNode sample) {
        return SamplePicture.dataUri(event.path("shape"), sample.path("pixels")).map(address -> {
            boolean wrong = isWrong(sample);
            String verdict = verdict(sample);
            return figure().withClass(wrong ? "sample wrong" : "sample")
                    .with(
                            img().withSrc(address)
                                    .withAlt("sample " + sample.path("index").asText() + ": " + verdict),
                            figcaption()
                                    .with(span(verdict).withClass("verdict"))
                                    .with(span("loss " + Page.figure(sample.path("loss"))))
                                    .condWith(
                                            sample.path("probability").isNumber(),
                                            span("at "
                                                    + Page.percent(sample.path("probability")
                                                            .asDouble()))));
        });
    }

    /** Only where both are classes: a quantity is never met exactly. */
    private static boolean isWrong(JsonNode sample) {
        return sample.path("actual").isIntegralNumber()
                && sample.path("predicted").isIntegralNumber()
                && sample.path("actual").asInt() != sample.path("predicted").asInt();
    }

    private String verdict(JsonNode sample) {
        String actual = value(sample.path("actual"));
        String predicted = value(sample.path("predicted"));
        if (isWrong(sample)) {
            return "✗ " + actual + ", taken for " + predicted;
        }
        return sample.path("actual").isIntegralNumber() ? "✓ " + actual : actual + ", predicted " + predicted;
    }

    /** A class by its name, quantities as they are. */
    private String value(JsonNode value) {
        if (value.isIntegralNumber()) {
            return run.className(value.asInt());
        }
        if (value.isArray()) {
            StringJoiner values = new StringJoiner(", ");
            value.forEach(one -> values.add(Page.figure(one)));
            return values.toString();
        }
        return Page.figure(value);
    }

    private DomContent rows(JsonNode samples) {
        boolean withProbability = samples.path(0).path("probability").isNumber();
        List<JsonNode> listed = new ArrayList<>();
        samples.forEach(listed::add);
        return table().with(
                        thead().with(tr().with(th("sample"), th("true"), th("predicted"))
                                .condWith(withProbability, th("probability"))
                                .with(th("loss"), th("features"))),
                        tbody().with(each(listed, sample -> row(sample, withProbability))));
    }

    private DomContent row(JsonNode sample, boolean withProbability) {
        return tr().withCondClass(isWrong(sample), "wrong")
                .with(
                        td(sample.path("index").asText()),
                        td(value(sample.path("actual"))),
                        td((isWrong(sample) ? "✗ " : "") + value(sample.path("predicted"))))
                .condWith(withProbability, td(probability(sample.path("probability"))))
                .with(
                        td(Page.figure(sample.path("loss"))),
                        td(features(sample.path("features"))).withClass("text"));
    }

    private static String probability(@Nullable JsonNode probability) {
        return probability == null || !probability.isNumber() ? "–" : Page.percent(probability.asDouble());
    }

    private static String features(JsonNode features) {
        StringJoiner values = new StringJoiner(", ");
        for (int i = 0; i < Math.min(MOST_VALUES, features.size()); i++) {
            values.add(Page.figure(features.get(i)));
        }
        return values + (features.size() > MOST_VALUES ? ", …" : "");
    }
}
