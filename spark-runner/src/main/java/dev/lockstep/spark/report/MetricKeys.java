package dev.lockstep.spark.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.spark.cli.Figures;
import dev.lockstep.spark.report.Series.Point;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** Which keys of an event are figures of the model, and which way is better. */
final class MetricKeys {
    /** Before the figures of the validation samples. */
    static final String VALIDATION = "val_";

    static final String LOSS = "loss";
    static final String ACCURACY = "accuracy";

    private static final int MOST_METRICS = 16;

    private static final Pattern ERRORS =
            Pattern.compile("loss|error|mae|mse|mape|msle|rmse|hinge|huber|perplexity|crossentropy");

    private MetricKeys() {}

    /** The figures that objects have, without the validation prefix, the loss first. */
    static List<String> in(Iterable<? extends JsonNode> objects) {
        Set<String> keys = new LinkedHashSet<>();
        keys.add(LOSS);
        for (JsonNode object : objects) {
            object.fields().forEachRemaining(field -> {
                String key = field.getKey();
                String base = key.startsWith(VALIDATION) ? key.substring(VALIDATION.length()) : key;
                if (field.getValue().isNumber() && Figures.isOfTheModel(base)) {
                    keys.add(base);
                }
            });
        }
        return keys.stream().limit(MOST_METRICS).toList();
    }

    /** Whether less of it is better. */
    static boolean isError(String key) {
        return ERRORS.matcher(key.toLowerCase(Locale.ROOT)).find();
    }

    /** A key for people. */
    static String title(String key) {
        return key.replace('_', ' ');
    }

    /** A figure over the epochs; epochs without it are left out. */
    static List<Point> overEpochs(List<ObjectNode> epochs, String key) {
        List<Point> points = new ArrayList<>();
        for (ObjectNode epoch : epochs) {
            if (epoch.path(key).isNumber()) {
                points.add(new Point(
                        epoch.path("epoch").asDouble(), epoch.path(key).asDouble()));
            }
        }
        return points;
    }
}
