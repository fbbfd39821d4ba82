package dev.lockstep.spark.report;

import static j2html.TagCreator.each;
import static j2html.TagCreator.figcaption;
import static j2html.TagCreator.figure;
import static j2html.TagCreator.li;
import static j2html.TagCreator.span;
import static j2html.TagCreator.ul;

import dev.lockstep.spark.cli.Figures;
import dev.lockstep.spark.report.Series.Point;
import j2html.tags.DomContent;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.function.ToDoubleFunction;

/**
 * Lines over something that goes on, such as epochs. Colours are classes, so that the style sheet chooses them for a
 * light and a dark page.
 *
 * @param title what the lines are
 * @param horizontal what goes on, in one word
 * @param series the lines
 * @param markers what happened on the way
 * @param fromZero whether the scale begins at 0: for amounts, whose proportions one wants to see
 */
record LineChart(String title, String horizontal, List<Series> series, List<Marker> markers, boolean fromZero) {
    private static final double WIDTH = 480;
    private static final double HEIGHT = 270;
    private static final double LEFT = 54;
    private static final double RIGHT = 470;
    private static final double TOP = 12;
    private static final double BOTTOM = 226;
    private static final double TICK_DESCENT = 4;
    private static final double TICK_GAP = 6;

    /** Above it dots would run into each other. */
    private static final int MOST_DOTS = 40;

    /**
     * Something that happened.
     *
     * @param x where
     * @param text what
     */
    record Marker(double x, String text) {}

    LineChart {
        series = series.stream().filter(line -> !line.points().isEmpty()).toList();
        markers = List.copyOf(markers);
    }

    LineChart(String title, String horizontal, List<Series> series) {
        this(title, horizontal, series, List.of(), false);
    }

    /** The chart with its title and legend; empty when there is nothing to draw. */
    Optional<DomContent> draw() {
        if (series.isEmpty()) {
            return Optional.empty();
        }
        Axis x = Axis.exact(least(Point::x), most(Point::x), true);
        Axis y = fromZero
                ? Axis.linear(Math.min(0, least(Point::y)), most(Point::y))
                : Axis.fitting(least(Point::y), most(Point::y));
        Svg drawing = Svg.drawing(WIDTH, HEIGHT, description());
        drawAxes(drawing, x, y);
        markers.forEach(marker -> drawMarker(drawing, x, marker));
        series.forEach(line -> drawLine(drawing, x, y, line));
        return Optional.of(figureOf(title + (y.isLogarithmic() ? " (logarithmic)" : ""), drawing));
    }

    private DomContent figureOf(String caption, Svg drawing) {
        return figure().withClass("chart")
                .with(figcaption(caption), drawing)
                .condWith(series.size() > 1, ul().withClass("legend").with(each(series, line -> li().with(
                                span().withClass("key " + classOf(line)), span(line.name())))));
    }

    private double least(ToDoubleFunction<Point> coordinate) {
        return points().stream().mapToDouble(coordinate).min().orElseThrow();
    }

    private double most(ToDoubleFunction<Point> coordinate) {
        return points().stream().mapToDouble(coordinate).max().orElseThrow();
    }

    private List<Point> points() {
        List<Point> all = new ArrayList<>();
        series.forEach(line -> all.addAll(line.points()));
        return all;
    }

    /** For those who cannot see it: where each line begins and ends. */
    private String description() {
        StringJoiner lines = new StringJoiner("; ", title + " over " + horizontal + ": ", "");
        for (Series line : series) {
            Point last = line.points().get(line.points().size() - 1);
            lines.add(line.name() + " from "
                    + Figures.value(line.points().get(0).y()) + " to " + Figures.value(last.y()));
        }
        return lines.toString();
    }

    private static double across(Axis x, double value) {
        return LEFT + x.position(value) * (RIGHT - LEFT);
    }

    private static double up(Axis y, double value) {
        return BOTTOM - y.position(value) * (BOTTOM - TOP);
    }

    private void drawAxes(Svg drawing, Axis x, Axis y) {
        for (Axis.Tick tick : y.ticks()) {
            double height = up(y, tick.value());
            drawing.with(
                    Svg.line(LEFT, height, RIGHT, height, "grid"),
                    Svg.text(LEFT - TICK_GAP, height + TICK_DESCENT, "end", tick.label()));
        }
        for (Axis.Tick tick : x.ticks()) {
            double place = across(x, tick.value());
            drawing.with(
                    Svg.line(place, BOTTOM, place, BOTTOM + TICK_DESCENT, "axis"),
                    Svg.text(place, BOTTOM + 4 * TICK_DESCENT + 2, "middle", tick.label()));
        }
        drawing.with(
                Svg.line(LEFT, BOTTOM, RIGHT, BOTTOM, "axis"),
                Svg.text((LEFT + RIGHT) / 2, HEIGHT - TICK_GAP, "middle", horizontal));
    }

    private static void drawMarker(Svg drawing, Axis x, Marker marker) {
        double place = Math.max(LEFT, Math.min(RIGHT, across(x, marker.x())));
        drawing.with(Svg.line(place, TOP, place, BOTTOM, "marker").hint(marker.text()));
    }

    private void drawLine(Svg drawing, Axis x, Axis y, Series line) {
        StringJoiner path = new StringJoiner(" ");
        line.points().forEach(point -> path.add(Svg.number(across(x, point.x())) + "," + Svg.number(up(y, point.y()))));
        if (line.points().size() > 1) {
            drawing.with(new Svg("polyline")
                    .attr("class", "line " + classOf(line))
                    .attr("points", path.toString())
                    .hint(line.name()));
        }
        if (line.points().size() <= MOST_DOTS) {
            for (Point point : line.points()) {
                drawing.with(new Svg("circle")
                        .at("cx", across(x, point.x()))
                        .at("cy", up(y, point.y()))
                        .at("r", 2.5)
                        .attr("class", "dot " + classOf(line))
                        .hint(String.format(
                                Locale.ROOT,
                                "%s, %s %s: %s",
                                line.name(),
                                horizontal,
                                Svg.number(point.x()),
                                Figures.value(point.y()))));
            }
        }
    }

    private static String classOf(Series line) {
        return "colour-" + Math.floorMod(line.colour(), Series.COLOURS) + (line.dashed() ? " dashed" : "");
    }
}
