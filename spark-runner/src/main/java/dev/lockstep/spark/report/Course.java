package dev.lockstep.spark.report;

import static j2html.TagCreator.each;
import static j2html.TagCreator.p;
import static j2html.TagCreator.table;
import static j2html.TagCreator.tbody;
import static j2html.TagCreator.td;
import static j2html.TagCreator.th;
import static j2html.TagCreator.thead;
import static j2html.TagCreator.tr;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.core.config.Redaction;
import dev.lockstep.spark.cli.EventLine;
import dev.lockstep.spark.cli.Figures;
import dev.lockstep.spark.report.LineChart.Marker;
import j2html.tags.DomContent;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/** What happened on the way: who came, who was lost, what was tried again. */
final class Course {
    private static final int MOST_ROWS = 60;

    /** What has a place of its own on the page, and what happens all the time. */
    private static final Set<String> ELSEWHERE =
            Set.of("epoch", "test", "samples", "splits", "histograms", "progress", "checkpoint");

    private Course() {}

    static Optional<DomContent> of(RunRecord run) {
        List<ObjectNode> told = run.events().stream()
                .filter(event -> !ELSEWHERE.contains(event.path("event").asText()))
                .toList();
        List<DomContent> content = new ArrayList<>();
        if (!told.isEmpty()) {
            content.add(Page.wide(table().withClass("text")
                    .with(
                            thead().with(tr().with(th("after"), th("step"), th("what happened"))),
                            tbody().with(each(
                                    told.subList(0, Math.min(MOST_ROWS, told.size())), event -> row(run, event))))));
        }
        if (told.size() > MOST_ROWS) {
            content.add(p("and " + (told.size() - MOST_ROWS) + " more events in metrics.jsonl"));
        }
        List<ObjectNode> checkpoints = run.events("checkpoint");
        if (!checkpoints.isEmpty()) {
            content.add(p(checkpoints.size() + (checkpoints.size() == 1 ? " checkpoint" : " checkpoints")
                    + " were written, the last of them after step "
                    + checkpoints.get(checkpoints.size() - 1).path("step").asLong() + "."));
        }
        return content.isEmpty() ? Optional.empty() : Optional.of(Page.section("Course of the run", content));
    }

    private static DomContent row(RunRecord run, ObjectNode event) {
        OptionalDouble seconds = secondsSinceStart(run, event);
        return tr().with(
                        td(seconds.isPresent() ? Figures.seconds(seconds.getAsDouble()) : "–")
                                .withClass("number"),
                        td(event.path("step").isNumber() ? event.path("step").asText() : "–")
                                .withClass("number"),
                        td(Redaction.of(EventLine.of(event))));
    }

    /** When something happened, from the first event on; empty where no time is known. */
    static OptionalDouble secondsSinceStart(RunRecord run, JsonNode event) {
        Optional<Instant> start =
                run.events().isEmpty() ? Optional.empty() : time(run.events().get(0));
        Optional<Instant> then = time(event);
        return start.isPresent() && then.isPresent()
                ? OptionalDouble.of(
                        Math.max(0, Duration.between(start.get(), then.get()).toMillis() / 1e3))
                : OptionalDouble.empty();
    }

    private static Optional<Instant> time(JsonNode event) {
        try {
            return Optional.of(Instant.parse(event.path("time").asText()));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    /** Troubles, for the charts. */
    static List<ObjectNode> troubles(RunRecord run) {
        return run.events().stream()
                .filter(event -> switch (event.path("event").asText()) {
                    case "worker_lost", "restart", "resume", "early_stopping" -> true;
                    case "membership" -> event.path("generation").asLong() > 1;
                    default -> false;
                })
                .limit(MOST_ROWS)
                .toList();
    }

    /** Troubles on a scale of epochs: by their step, or between the epochs that were told before and after. */
    static List<Marker> markersOverEpochs(RunRecord run) {
        List<Marker> markers = new ArrayList<>();
        List<ObjectNode> troubles = troubles(run);
        double epoch = 0;
        double stepsPerEpoch = run.first("epoch").path("steps_per_epoch").asDouble(0);
        for (ObjectNode event : run.events()) {
            if (event.path("event").asText().equals("epoch")) {
                epoch = event.path("epoch").asDouble();
            } else if (troubles.contains(event)) {
                boolean known = event.path("step").isNumber() && stepsPerEpoch > 0;
                double place = known ? event.path("step").asDouble() / stepsPerEpoch : epoch + 0.5;
                markers.add(new Marker(place, Redaction.of(EventLine.of(event))));
            }
        }
        return markers;
    }

    /** Troubles on a scale of time. */
    static List<Marker> markersOverSeconds(RunRecord run, double unit) {
        List<Marker> markers = new ArrayList<>();
        for (ObjectNode event : troubles(run)) {
            secondsSinceStart(run, event)
                    .ifPresent(seconds -> markers.add(new Marker(seconds / unit, Redaction.of(EventLine.of(event)))));
        }
        return markers;
    }
}
