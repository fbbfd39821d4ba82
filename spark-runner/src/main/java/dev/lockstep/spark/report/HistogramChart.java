package dev.lockstep.spark.report;

import static j2html.TagCreator.figcaption;
import static j2html.TagCreator.figure;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lockstep.spark.cli.Figures;
import j2html.tags.DomContent;
import org.jspecify.annotations.Nullable;

/** A small picture of how values are distributed, as part of many. */
final class HistogramChart {
    private static final double WIDTH = 200;
    private static final double HEIGHT = 92;
    private static final double FLOOR = 70;
    private static final double CEILING = 6;

    private HistogramChart() {}

    /** Whether there is something to draw. */
    static boolean isDrawable(JsonNode histogram) {
        JsonNode edges = histogram.path("edges");
        JsonNode counts = histogram.path("counts");
        if (counts.isEmpty() || edges.size() != counts.size() + 1) {
            return false;
        }
        for (JsonNode edge : edges) {
            if (!edge.isNumber() || !Double.isFinite(edge.asDouble())) {
                return false;
            }
        }
        return edges.get(edges.size() - 1).asDouble() > edges.get(0).asDouble();
    }

    /**
     * The picture.
     *
     * @param caption what the values are
     * @param histogram with {@code edges} and {@code counts}
     * @param earlier the same values at the beginning, drawn as an outline; null for none
     */
    static DomContent picture(String caption, JsonNode histogram, @Nullable JsonNode earlier, int colour) {
        double from = first(histogram);
        double to = last(histogram);
        boolean withEarlier = earlier != null && isDrawable(earlier);
        if (withEarlier && earlier != null) {
            from = Math.min(from, first(earlier));
            to = Math.max(to, last(earlier));
        }
        Svg drawing = Svg.drawing(WIDTH, HEIGHT, caption + ": " + figures(histogram));
        drawing.with(shape(histogram, from, to, "area colour-" + Math.floorMod(colour, Series.COLOURS))
                .hint(figures(histogram)));
        if (withEarlier && earlier != null) {
            drawing.with(shape(earlier, from, to, "outline").hint("at first: " + figures(earlier)));
        }
        drawing.with(Svg.line(0, FLOOR, WIDTH, FLOOR, "axis"));
        if (from < 0 && to > 0) {
            double zero = -from / (to - from) * WIDTH;
            drawing.with(Svg.line(zero, FLOOR, zero, FLOOR + 4, "axis"));
        }
        drawing.with(
                Svg.text(0, HEIGHT - 6, "start", Figures.value(from)),
                Svg.text(WIDTH, HEIGHT - 6, "end", Figures.value(to)));
        return figure().withClass("small").with(figcaption(caption), drawing);
    }

    private static double first(JsonNode histogram) {
        return histogram.path("edges").get(0).asDouble();
    }

    private static double last(JsonNode histogram) {
        JsonNode edges = histogram.path("edges");
        return edges.get(edges.size() - 1).asDouble();
    }

    /** Mean and spread in words. */
    static String figures(JsonNode histogram) {
        return "mean " + number(histogram.path("mean")) + ", standard deviation "
                + number(histogram.path("standard_deviation")) + ", norm " + number(histogram.path("norm"));
    }

    private static String number(JsonNode value) {
        return value.isNumber() && Double.isFinite(value.asDouble()) ? Figures.value(value.asDouble()) : "unknown";
    }

    /** Bars of one outline, as high as values are dense; the highest reaches the ceiling. */
    private static Svg shape(JsonNode histogram, double from, double to, String cssClass) {
        JsonNode edges = histogram.path("edges");
        JsonNode counts = histogram.path("counts");
        double[] densities = new double[counts.size()];
        double highest = 0;
        for (int i = 0; i < densities.length; i++) {
            double width = edges.get(i + 1).asDouble() - edges.get(i).asDouble();
            densities[i] = width > 0 ? counts.get(i).asDouble() / width : 0;
            highest = Math.max(highest, densities[i]);
        }
        StringBuilder path = new StringBuilder("M" + place(edges.get(0), from, to) + "," + Svg.number(FLOOR));
        for (int i = 0; i < densities.length; i++) {
            double height = highest > 0 ? densities[i] / highest * (FLOOR - CEILING) : 0;
            path.append('V').append(Svg.number(FLOOR - height));
            path.append('H').append(place(edges.get(i + 1), from, to));
        }
        path.append('V').append(Svg.number(FLOOR)).append('Z');
        return new Svg("path").attr("d", path.toString()).attr("class", cssClass);
    }

    private static String place(JsonNode edge, double from, double to) {
        return Svg.number((edge.asDouble() - from) / (to - from) * WIDTH);
    }
}
