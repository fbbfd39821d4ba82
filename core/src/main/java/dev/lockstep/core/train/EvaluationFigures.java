package dev.lockstep.core.train;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.core.evaluation.EvaluationResult;
import dev.lockstep.core.evaluation.Metric;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One evaluation as JSON: loss, every metric that applies, what guessing gives, the confusion matrix. */
public final class EvaluationFigures {
    private EvaluationFigures() {}

    /** The figures; absent is null. */
    public static ObjectNode of(EvaluationResult result) {
        ObjectNode figures = JsonNodeFactory.instance.objectNode();
        putAll(figures, result.loss(), result.metrics());
        figures.put("samples", result.samples());
        putAll(figures.putObject("baseline"), result.baselineLoss(), result.baseline());
        if (result.confusionMatrix() != null) {
            ArrayNode matrix = figures.putArray("confusion_matrix");
            result.confusionMatrix().forEach(row -> {
                ArrayNode counts = matrix.addArray();
                row.forEach(counts::add);
            });
        }
        return figures;
    }

    private static void putAll(ObjectNode target, @Nullable Double loss, Map<Metric, Double> metrics) {
        target.put("loss", loss);
        metrics.forEach((metric, value) -> target.put(metric.kerasName(), value));
    }
}
