package dev.lockstep.core.train;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.core.evaluation.ClassCounts;
import dev.lockstep.core.evaluation.EvaluationResult;
import dev.lockstep.core.evaluation.MetricFigure;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** One evaluation as JSON: loss, metrics, what guessing gives, figures of each class, the confusion matrix. */
public final class EvaluationFigures {
    private EvaluationFigures() {}

    /** The figures; absent is null. */
    public static ObjectNode of(EvaluationResult result) {
        ObjectNode figures = JsonNodeFactory.instance.objectNode();
        figures.put("loss", result.loss());
        putMetrics(figures, "", result);
        figures.put("samples", result.samples());
        ObjectNode baseline = figures.putObject("baseline");
        baseline.put("loss", result.baselineLoss());
        for (MetricFigure figure : result.metrics()) {
            baseline.put(figure.metric().key(), figure.guessing());
        }
        if (!result.classes().isEmpty()) {
            putClasses(figures, result.classes());
        }
        if (result.confusionMatrix() != null) {
            ArrayNode matrix = figures.putArray("confusion_matrix");
            result.confusionMatrix().forEach(row -> {
                ArrayNode counts = matrix.addArray();
                row.forEach(counts::add);
            });
        }
        return figures;
    }

    /** Adds the metrics under their names; absent is null. */
    static void putMetrics(ObjectNode target, String prefix, EvaluationResult result) {
        for (MetricFigure figure : result.metrics()) {
            target.put(prefix + figure.metric().key(), figure.value());
        }
    }

    private static void putClasses(ObjectNode figures, List<ClassCounts> classes) {
        ObjectNode perClass = figures.putObject("per_class");
        ObjectNode macro = figures.putObject("macro");
        ObjectNode micro = figures.putObject("micro");
        put("precision", ClassCounts::precision, classes, perClass, macro, micro);
        put("recall", ClassCounts::recall, classes, perClass, macro, micro);
        put("f1", ClassCounts::f1, classes, perClass, macro, micro);
        ArrayNode samples = perClass.putArray("samples");
        classes.forEach(counts -> samples.add((long) counts.actual()));
    }

    private static void put(
            String name,
            ToDoubleFunction<ClassCounts> figure,
            List<ClassCounts> classes,
            ObjectNode perClass,
            ObjectNode macro,
            ObjectNode micro) {
        ArrayNode values = perClass.putArray(name);
        classes.forEach(counts -> values.add(counts.occurs() ? Double.valueOf(figure.applyAsDouble(counts)) : null));
        macro.put(name, ClassCounts.macro(classes, figure));
        micro.put(name, ClassCounts.macro(List.of(ClassCounts.micro(classes)), figure));
    }
}
