package dev.lockstep.spark.report;

import static j2html.TagCreator.div;
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
import dev.lockstep.spark.cli.Figures;
import dev.lockstep.spark.report.Series.Point;
import j2html.tags.DomContent;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/** How fast it went, when, and what the time was spent on. */
final class SpeedSection {
    private static final double MINUTE = 60;
    private static final double HOUR = 3600;
    private static final double SHOWN_IN_SECONDS = 300;
    private static final double SHOWN_IN_MINUTES = 3 * HOUR;

    private SpeedSection() {}

    static Optional<DomContent> of(RunRecord run) {
        List<ObjectNode> epochs = run.events("epoch");
        List<DomContent> content = new ArrayList<>();
        throughput(run, epochs).ifPresent(content::add);
        phases(epochs).ifPresent(content::add);
        workers(epochs).ifPresent(content::add);
        return content.isEmpty()
                ? Optional.empty()
                : Optional.of(Page.section("Speed", List.of(Page.side("charts", content))));
    }

    private static Optional<DomContent> throughput(RunRecord run, List<ObjectNode> epochs) {
        double end = epochs.isEmpty()
                ? 0
                : Course.secondsSinceStart(run, epochs.get(epochs.size() - 1)).orElse(0);
        double unit = end <= SHOWN_IN_SECONDS ? 1 : end <= SHOWN_IN_MINUTES ? MINUTE : HOUR;
        String name = unit == 1
                ? "seconds since the start"
                : unit == HOUR ? "hours since the start" : "minutes since the start";
        List<Point> points = new ArrayList<>();
        for (ObjectNode epoch : epochs) {
            OptionalDouble seconds = Course.secondsSinceStart(run, epoch);
            if (seconds.isPresent() && epoch.path("samples_per_second").isNumber()) {
                points.add(new Point(
                        seconds.getAsDouble() / unit,
                        epoch.path("samples_per_second").asDouble()));
            }
        }
        return new LineChart(
                        "training samples per second",
                        name,
                        List.of(new Series("samples per second", 0, false, points)),
                        Course.markersOverSeconds(run, unit),
                        true)
                .draw();
    }

    private static Optional<DomContent> phases(List<ObjectNode> epochs) {
        Map<String, Double> seconds = new LinkedHashMap<>();
        for (ObjectNode epoch : epochs) {
            epoch.path("phase_seconds").fields().forEachRemaining(phase -> {
                if (phase.getValue().isNumber()) {
                    seconds.merge(phase.getKey(), phase.getValue().asDouble(), Double::sum);
                }
            });
        }
        double total =
                seconds.values().stream().mapToDouble(Double::doubleValue).sum();
        if (!(total > 0)) {
            return Optional.empty();
        }
        return Optional.of(div().with(
                        table().with(
                                        thead().with(tr().with(th("phase"), th("time"), th("share"), th(""))),
                                        tbody().with(each(
                                                List.copyOf(seconds.entrySet()),
                                                phase -> row(phase.getKey(), phase.getValue(), total)))),
                        p("Time of the training steps of the rank that told first, all epochs together."
                                        + traffic(epochs))
                                .withClass("note")));
    }

    /** Each worker's own time, and what the others lost by it. */
    private static Optional<DomContent> workers(List<ObjectNode> epochs) {
        List<double[]> times = new ArrayList<>();
        for (ObjectNode epoch : epochs) {
            for (int rank = 0; rank < epoch.path("own_seconds").size(); rank++) {
                if (times.size() == rank) {
                    times.add(new double[2]);
                }
                times.get(rank)[0] += epoch.path("own_seconds").path(rank).asDouble();
                times.get(rank)[1] += epoch.path("lost_seconds").path(rank).asDouble();
            }
        }
        if (times.size() < 2) {
            return Optional.empty();
        }
        List<DomContent> rows = new ArrayList<>();
        for (int rank = 0; rank < times.size(); rank++) {
            rows.add(tr().with(
                            th("worker " + rank).attr("scope", "row"),
                            td(Figures.seconds(times.get(rank)[0])),
                            td(Figures.seconds(times.get(rank)[1]))));
        }
        return Optional.of(div().with(
                        table().with(
                                        thead().with(tr().with(th("worker"), th("own time"), th("lost to it"))),
                                        tbody().with(rows)),
                        p("Own time: reading and computing, without waiting. Lost to it: how much longer that is than the"
                                        + " median of the others, all epochs together.")
                                .withClass("note")));
    }

    private static DomContent row(String phase, double seconds, double total) {
        return tr().with(
                        th(MetricKeys.title(phase)).attr("scope", "row"),
                        td(Figures.seconds(seconds)),
                        td(Page.percent(seconds / total)),
                        td().withClass("bar").with(bar(seconds / total)));
    }

    /** A bar as long as its share. */
    static DomContent bar(double share) {
        return div().withClass("bar").withStyle(String.format(Locale.ROOT, "width: %.1f%%", 100 * share));
    }

    private static String traffic(List<ObjectNode> epochs) {
        JsonNode bytes = epochs.isEmpty() ? null : epochs.get(epochs.size() - 1).path("bytes_per_step");
        return bytes == null || !bytes.isNumber() || bytes.asLong() == 0
                ? ""
                : " Each step it sent " + Figures.bytes(bytes.asLong()) + ".";
    }
}
