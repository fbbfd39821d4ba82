package dev.lockstep.spark.report;

import static j2html.TagCreator.h1;
import static j2html.TagCreator.h3;
import static j2html.TagCreator.header;
import static j2html.TagCreator.li;
import static j2html.TagCreator.p;
import static j2html.TagCreator.span;
import static j2html.TagCreator.strong;
import static j2html.TagCreator.table;
import static j2html.TagCreator.tbody;
import static j2html.TagCreator.td;
import static j2html.TagCreator.th;
import static j2html.TagCreator.thead;
import static j2html.TagCreator.tr;
import static j2html.TagCreator.ul;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.spark.cli.Figures;
import dev.lockstep.spark.report.Series.Point;
import j2html.tags.DomContent;
import j2html.tags.specialized.TrTag;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** The page that sets runs side by side. */
public final class ComparisonPage {
    private static final int MOST_HISTOGRAMS = 120;

    private final List<RunRecord> runs;
    private final List<String> names;

    private ComparisonPage(List<RunRecord> runs) {
        this.runs = runs;
        this.names = distinct(runs);
    }

    /** The whole document. */
    public static String of(List<RunRecord> runs) {
        ComparisonPage page = new ComparisonPage(List.copyOf(runs));
        List<DomContent> content = new ArrayList<>();
        content.add(page.head());
        content.add(Page.section("Figures", List.of(Page.wide(page.figures()), page.note())));
        page.curves().ifPresent(content::add);
        page.gaps().ifPresent(content::add);
        Settings.differing(runs, page.names).ifPresent(content::add);
        page.gradientNorms().ifPresent(content::add);
        page.histograms().ifPresent(content::add);
        return Page.of("Lockstep: " + runs.size() + " runs compared", content);
    }

    /** Runs of one name are told apart by their place. */
    private static List<String> distinct(List<RunRecord> runs) {
        return runs.stream()
                .map(run -> runs.stream()
                                        .filter(other -> other.name().equals(run.name()))
                                        .count()
                                > 1
                        ? run.name() + " (" + run.location() + ")"
                        : run.name())
                .toList();
    }

    private DomContent head() {
        List<DomContent> sentences = new ArrayList<>();
        for (int i = 0; i < runs.size(); i++) {
            List<String> findings = Findings.of(runs.get(i));
            if (!findings.isEmpty()) {
                sentences.add(li().with(strong(names.get(i) + ": "), span(String.join(" ", findings))));
            }
        }
        return header().with(
                        h1(runs.size() + " runs compared"), p(names.stream().collect(Collectors.joining(", "))))
                .condWith(!sentences.isEmpty(), ul().withClass("findings").with(sentences));
    }

    private DomContent note() {
        return p("Loss and metrics of training and validation are those of the last epoch; the gap is validation loss"
                        + " − training loss.")
                .withClass("note");
    }

    private DomContent figures() {
        List<String> keys = MetricKeys.in(runs.stream().map(RunRecord::judged).toList());
        TrTag head = tr().with(th("run"));
        keys.forEach(key -> head.with(th(judgedNames() + " " + MetricKeys.title(key)), th("guessing")));
        head.with(th("training loss"), th("validation loss"), th("gap"), th("epochs"), th("status"))
                .with(th("samples/s"), th("time"));
        List<DomContent> rows = new ArrayList<>();
        for (int i = 0; i < runs.size(); i++) {
            rows.add(row(runs.get(i), names.get(i), i, keys));
        }
        return table().with(thead().with(head), tbody().with(rows));
    }

    private String judgedNames() {
        return runs.stream().map(RunRecord::judgedName).distinct().collect(Collectors.joining("/"));
    }

    private static DomContent row(RunRecord run, String name, int colour, List<String> keys) {
        JsonNode epoch = run.last("epoch");
        JsonNode loss = epoch.path(MetricKeys.LOSS);
        JsonNode validation = epoch.path(MetricKeys.VALIDATION + MetricKeys.LOSS);
        TrTag row = tr().with(th().attr("scope", "row")
                .with(span().withClass("key colour-" + colour % Series.COLOURS), span(name)));
        for (String key : keys) {
            row.with(td(Page.figure(run.judged().path(key))).withClass("judged"), FigureTable.guess(run.judged(), key));
        }
        boolean hasGap = loss.isNumber() && validation.isNumber();
        row.with(
                td(Page.figure(loss)),
                td(Page.figure(validation)),
                td(hasGap ? Figures.value(validation.asDouble() - loss.asDouble()) : "–"),
                td(run.result().path("epochs").asText("–")),
                td(run.status()));
        JsonNode speed = run.result().path("train").path("samples_per_second");
        JsonNode time = run.result().path("wall_seconds");
        return row.with(
                td(speed.isNumber() ? Figures.count(speed.asDouble()) : "–"),
                td(time.isNumber() ? Figures.seconds(time.asDouble()) : "–"));
    }

    private Optional<DomContent> curves() {
        List<ObjectNode> epochs = new ArrayList<>();
        runs.forEach(run -> epochs.addAll(run.events("epoch")));
        List<DomContent> charts = new ArrayList<>();
        for (String key : MetricKeys.in(epochs)) {
            overEpochs("training " + MetricKeys.title(key), key).ifPresent(charts::add);
            overEpochs("validation " + MetricKeys.title(key), MetricKeys.VALIDATION + key)
                    .ifPresent(charts::add);
        }
        if (runs.stream().anyMatch(run -> CurvesSection.changesLearningRate(run.events("epoch")))) {
            overEpochs("learning rate", "learning_rate").ifPresent(charts::add);
        }
        return charts.isEmpty()
                ? Optional.empty()
                : Optional.of(Page.section("Curves", List.of(Page.side("charts", charts))));
    }

    private Optional<DomContent> overEpochs(String title, String key) {
        List<Series> lines = new ArrayList<>();
        for (int i = 0; i < runs.size(); i++) {
            lines.add(line(i, MetricKeys.overEpochs(runs.get(i).events("epoch"), key)));
        }
        return new LineChart(title, "epoch", lines).draw();
    }

    /** A ninth run has the first one's colour, in dashes. */
    private Series line(int run, List<Point> points) {
        return new Series(names.get(run), run, run / Series.COLOURS % 2 == 1, points);
    }

    private Optional<DomContent> gaps() {
        List<Series> lines = new ArrayList<>();
        for (int i = 0; i < runs.size(); i++) {
            List<Point> points = new ArrayList<>();
            for (ObjectNode epoch : runs.get(i).events("epoch")) {
                JsonNode loss = epoch.path(MetricKeys.LOSS);
                JsonNode validation = epoch.path(MetricKeys.VALIDATION + MetricKeys.LOSS);
                if (loss.isNumber() && validation.isNumber()) {
                    points.add(new Point(epoch.path("epoch").asDouble(), validation.asDouble() - loss.asDouble()));
                }
            }
            lines.add(line(i, points));
        }
        return new LineChart("validation loss − training loss", "epoch", lines)
                .draw()
                .map(chart -> Page.section(
                        "Gap between training and validation",
                        List.of(
                                p("A gap that grows is overfitting: the network learns its training samples, not what"
                                        + " they have in common."),
                                Page.side("charts", List.of(chart)))));
    }

    private Optional<DomContent> gradientNorms() {
        List<Series> lines = new ArrayList<>();
        for (int i = 0; i < runs.size(); i++) {
            lines.addAll(HistogramsSection.gradientNorms(runs.get(i), names.get(i) + ", ", i));
        }
        return new LineChart("norm of the gradient", "epoch", lines)
                .draw()
                .map(chart -> Page.section("Gradients of the layers", List.of(Page.side("charts", List.of(chart)))));
    }

    private Optional<DomContent> histograms() {
        List<DomContent> content = new ArrayList<>();
        int left = MOST_HISTOGRAMS;
        for (List<String> wanted : HistogramsSection.drawable(runs)) {
            List<DomContent> pictures = new ArrayList<>();
            for (int i = 0; i < runs.size() && left > 0; i++) {
                JsonNode found = HistogramsSection.find(runs.get(i).last("histograms"), wanted.get(0), wanted.get(1));
                if (found != null && HistogramChart.isDrawable(found)) {
                    left--;
                    pictures.add(HistogramChart.picture(names.get(i), found, null, i));
                }
            }
            if (!pictures.isEmpty()) {
                content.add(h3(wanted.get(1) + ": " + wanted.get(0)));
                content.add(Page.side("pictures", pictures));
            }
        }
        return content.isEmpty() ? Optional.empty() : Optional.of(Page.section("Layers at the end", content));
    }
}
