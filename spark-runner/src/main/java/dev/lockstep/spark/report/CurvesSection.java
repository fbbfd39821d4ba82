package dev.lockstep.spark.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import j2html.tags.DomContent;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Loss, metrics and learning rate over the epochs. */
final class CurvesSection {
    private CurvesSection() {}

    static Optional<DomContent> of(RunRecord run) {
        List<ObjectNode> epochs = run.events("epoch");
        List<LineChart.Marker> markers = Course.markersOverEpochs(run);
        List<DomContent> charts = new ArrayList<>();
        for (String key : MetricKeys.in(epochs)) {
            List<Series> lines = List.of(
                    new Series("training", 0, false, MetricKeys.overEpochs(epochs, key)),
                    new Series("validation", 1, true, MetricKeys.overEpochs(epochs, MetricKeys.VALIDATION + key)));
            new LineChart(MetricKeys.title(key), "epoch", lines, markers, false)
                    .draw()
                    .ifPresent(charts::add);
        }
        if (changesLearningRate(epochs)) {
            Series rate = new Series("learning rate", 2, false, MetricKeys.overEpochs(epochs, "learning_rate"));
            new LineChart("learning rate", "epoch", List.of(rate)).draw().ifPresent(charts::add);
        }
        return charts.isEmpty()
                ? Optional.empty()
                : Optional.of(Page.section("Curves", List.of(Page.side("charts", charts))));
    }

    /** A learning rate that never changes is among the settings; it needs no picture. */
    static boolean changesLearningRate(List<ObjectNode> epochs) {
        return epochs.stream()
                        .map(epoch -> epoch.path("learning_rate"))
                        .filter(JsonNode::isNumber)
                        .distinct()
                        .limit(2)
                        .count()
                > 1;
    }
}
