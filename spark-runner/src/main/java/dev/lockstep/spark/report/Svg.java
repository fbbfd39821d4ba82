package dev.lockstep.spark.report;

import j2html.tags.ContainerTag;
import java.util.Locale;

/** An element of a drawing. The library escapes its text and its attributes, as it does for HTML. */
final class Svg extends ContainerTag<Svg> {
    Svg(String name) {
        super(name);
    }

    /** A drawing as wide as there is room, and what it shows in words. */
    static Svg drawing(double width, double height, String description) {
        return new Svg("svg")
                .attr("viewBox", "0 0 " + number(width) + " " + number(height))
                .attr("role", "img")
                .attr("aria-label", description);
    }

    /** Sets a length or place. */
    Svg at(String name, double value) {
        return attr(name, number(value));
    }

    /** What a pointer that rests on the element is shown. */
    Svg hint(String text) {
        return with(new Svg("title").withText(text));
    }

    static Svg line(double x1, double y1, double x2, double y2, String cssClass) {
        return new Svg("line")
                .at("x1", x1)
                .at("y1", y1)
                .at("x2", x2)
                .at("y2", y2)
                .attr("class", cssClass);
    }

    static Svg text(double x, double y, String anchor, String text) {
        return new Svg("text").at("x", x).at("y", y).attr("text-anchor", anchor).withText(text);
    }

    /** A tenth of a unit is finer than anybody sees. */
    static String number(double value) {
        String text = String.format(Locale.ROOT, "%.1f", value);
        return text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
    }
}
