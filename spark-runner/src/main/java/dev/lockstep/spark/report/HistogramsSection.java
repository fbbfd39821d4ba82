package dev.lockstep.spark.report;

import static j2html.TagCreator.h3;
import static j2html.TagCreator.p;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.spark.report.Series.Point;
import j2html.tags.DomContent;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** How the weights, gradients and activations of each layer are distributed, and how large the gradients are. */
final class HistogramsSection {
    /** A deep network has hundreds. */
    private static final int MOST_PICTURES = 60;

    private static final List<String> KINDS = List.of("weights", "gradients", "activations");

    private HistogramsSection() {}

    static Optional<DomContent> of(RunRecord run) {
        List<ObjectNode> events = run.events("histograms");
        if (events.isEmpty()) {
            return Optional.empty();
        }
        ObjectNode first = events.get(0);
        ObjectNode last = events.get(events.size() - 1);
        List<DomContent> content = new ArrayList<>();
        new LineChart("norm of the gradient", "epoch", gradientNorms(run, "", 0))
                .draw()
                .ifPresent(chart -> content.add(Page.side("charts", List.of(chart))));
        int left = MOST_PICTURES;
        for (String kind : KINDS) {
            List<DomContent> pictures = new ArrayList<>();
            for (JsonNode histogram : last.path("layers")) {
                if (histogram.path("kind").asText().equals(kind) && HistogramChart.isDrawable(histogram) && left > 0) {
                    left--;
                    JsonNode earlier = first == last ? null : find(first, kind, nameOf(histogram));
                    pictures.add(HistogramChart.picture(nameOf(histogram), histogram, earlier, KINDS.indexOf(kind)));
                }
            }
            if (!pictures.isEmpty()) {
                content.add(h3(kind));
                content.add(Page.side("pictures", pictures));
            }
        }
        if (left == 0) {
            content.add(
                    p("The first " + MOST_PICTURES + "; metrics.jsonl has all.").withClass("note"));
        }
        if (first != last) {
            content.add(p("Filled: at the end; outlined: at the first time they were told.")
                    .withClass("note"));
        }
        return content.isEmpty() ? Optional.empty() : Optional.of(Page.section("Layers", content));
    }

    /** What a histogram is about: its layer, and the parameter where that has several. */
    static String nameOf(JsonNode histogram) {
        String layer = histogram.path("layer").asText("layer");
        String name = histogram.path("name").asText("");
        return name.isEmpty() || name.equals(layer) ? layer : name.startsWith(layer) ? name : layer + " " + name;
    }

    /** The histogram of a kind and name in an event; null for none. */
    static @Nullable JsonNode find(JsonNode event, String kind, String name) {
        for (JsonNode histogram : event.path("layers")) {
            if (histogram.path("kind").asText().equals(kind)
                    && nameOf(histogram).equals(name)) {
                return histogram;
            }
        }
        return null;
    }

    /** The kinds and names that the last events of runs have. */
    static Set<List<String>> drawable(List<RunRecord> runs) {
        Set<List<String>> found = new LinkedHashSet<>();
        for (String kind : KINDS) {
            for (RunRecord run : runs) {
                for (JsonNode histogram : run.last("histograms").path("layers")) {
                    if (histogram.path("kind").asText().equals(kind) && HistogramChart.isDrawable(histogram)) {
                        found.add(List.of(kind, nameOf(histogram)));
                    }
                }
            }
        }
        return found;
    }

    /**
     * The norm of the gradient of the first and of the last layer: far apart where gradients vanish or explode on their
     * way.
     *
     * @param of goes before the names, such as a run's
     * @param colour of the first layer's line; the last layer's is dashed, in the next colour where only one run is shown
     */
    static List<Series> gradientNorms(RunRecord run, String of, int colour) {
        List<Point> firsts = new ArrayList<>();
        List<Point> lasts = new ArrayList<>();
        String firstName = "";
        String lastName = "";
        for (ObjectNode event : run.events("histograms")) {
            List<JsonNode> gradients = new ArrayList<>();
            for (JsonNode histogram : event.path("layers")) {
                if (histogram.path("kind").asText().equals("gradients")
                        && histogram.path("norm").isNumber()) {
                    gradients.add(histogram);
                }
            }
            if (!gradients.isEmpty()) {
                JsonNode first = gradients.get(0);
                JsonNode last = lastLayer(gradients);
                firstName = nameOf(first);
                lastName = nameOf(last);
                double epoch = event.path("epoch").asDouble();
                firsts.add(new Point(epoch, first.path("norm").asDouble()));
                lasts.add(new Point(epoch, last.path("norm").asDouble()));
            }
        }
        if (firstName.equals(lastName)) {
            return List.of(new Series(of + firstName, colour, false, firsts));
        }
        return List.of(
                new Series(of + "first layer (" + firstName + ")", colour, false, firsts),
                new Series(of + "last layer (" + lastName + ")", of.isEmpty() ? colour + 1 : colour, true, lasts));
    }

    /** Of the last layer's parameters the first: its weights, as of the first layer. */
    private static JsonNode lastLayer(List<JsonNode> gradients) {
        String layer = gradients.get(gradients.size() - 1).path("layer").asText();
        return gradients.stream()
                .filter(histogram -> histogram.path("layer").asText().equals(layer))
                .findFirst()
                .orElseThrow();
    }
}
