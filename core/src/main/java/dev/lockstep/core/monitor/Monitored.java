package dev.lockstep.core.monitor;

import dev.lockstep.core.evaluation.Metric;
import java.util.ArrayList;
import java.util.List;

/**
 * A figure that an epoch tells.
 *
 * @param key its name in the epoch's event
 * @param higherIsBetter whether more of it is better
 * @param needsValidation whether there is none without validation samples
 */
public record Monitored(String key, boolean higherIsBetter, boolean needsValidation) {
    private static final String LOSS = "loss";
    private static final String VALIDATION = "val_";

    /** All figures of a job, in the order in which an epoch tells them. */
    public static List<Monitored> of(List<Metric> metrics) {
        List<Monitored> figures = new ArrayList<>();
        figures.add(new Monitored(LOSS, false, false));
        for (Metric metric : metrics) {
            if (metric.running(1, 0, 0) != null) {
                figures.add(new Monitored(metric.key(), metric.higherIsBetter(), false));
            }
        }
        figures.add(new Monitored(VALIDATION + LOSS, false, true));
        for (Metric metric : metrics) {
            figures.add(new Monitored(VALIDATION + metric.key(), metric.higherIsBetter(), true));
        }
        return figures;
    }

    /**
     * The figure of a name, with the direction that the job gives it.
     *
     * @throws IllegalArgumentException when the job has none of this name
     */
    public static Monitored of(String key, MonitorMode mode, List<Metric> metrics) {
        Monitored figure = of(metrics).stream()
                .filter(each -> each.key().equals(key))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no figure " + key));
        return mode == MonitorMode.AUTO
                ? figure
                : new Monitored(figure.key(), mode == MonitorMode.MAX, figure.needsValidation());
    }
}
