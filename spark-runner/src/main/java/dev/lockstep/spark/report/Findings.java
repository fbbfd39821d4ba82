package dev.lockstep.spark.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.core.config.Redaction;
import dev.lockstep.spark.cli.Figures;
import dev.lockstep.spark.report.Series.Point;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** What the figures mean, in plain sentences: what a person should not have to work out, and often overlooks. */
final class Findings {
    /** From here on a validation loss counts as rising. */
    private static final double RISEN = 1.1;

    /** A network that does not beat guessing in one figure seldom does in another. */
    private static final int MOST_BASELINES = 4;

    private final RunRecord run;
    private final JsonNode figures;
    private final List<String> sentences = new ArrayList<>();

    private Findings(RunRecord run) {
        this.run = run;
        this.figures = run.judged();
    }

    /** The sentences; none about a run that went as one wishes. */
    static List<String> of(RunRecord run) {
        Findings findings = new Findings(run);
        findings.addEnd();
        findings.addEarlyEnd();
        findings.addBaselines();
        findings.addConstantPrediction();
        findings.addOverfitting();
        return findings.sentences;
    }

    private void addEnd() {
        String error = run.result().path("error").asText("");
        switch (run.status()) {
            case "completed" -> {}
            case "stopped" -> sentences.add(
                    "The run was stopped before its last epoch; the same command continues it.");
            case "diverged" -> sentences.add("The training diverged: " + Redaction.of(error));
            case "failed" -> sentences.add("The run failed: " + Redaction.of(error));
            default -> sentences.add("The run has not ended yet, or its driver died: these are its figures so far.");
        }
    }

    private void addEarlyEnd() {
        JsonNode early = run.result().path("stopped_early");
        if (early.isObject()) {
            sentences.add("Stopped early after epoch " + early.path("epoch").asText() + ": "
                    + MetricKeys.title(early.path("monitor").asText("the watched figure")) + " was best after epoch "
                    + early.path("best_epoch").asText() + ".");
        }
    }

    private void addBaselines() {
        JsonNode baselines = figures.path("baseline");
        int most = sentences.size() + MOST_BASELINES;
        baselines.fields().forEachRemaining(field -> {
            JsonNode value = figures.path(field.getKey());
            if (value.isNumber() && field.getValue().isNumber() && sentences.size() < most) {
                addBaseline(field.getKey(), value.asDouble(), field.getValue().asDouble());
            }
        });
    }

    private void addBaseline(String key, double value, double guessing) {
        if (!isNoBetter(key, value, guessing, figures.path("samples").asLong())) {
            return;
        }
        String of = run.judgedName() + " " + MetricKeys.title(key) + " " + Figures.value(value);
        boolean same = isSame(value, guessing, figures.path("samples").asLong());
        int mostFrequent = Guessing.mostFrequentClass(figures.path("confusion_matrix"));
        String guess = key.equals(MetricKeys.ACCURACY) && mostFrequent >= 0
                ? "always guessing class " + run.className(mostFrequent)
                : "the best constant guess";
        boolean worse = MetricKeys.isError(key) ? value > guessing : value < guessing;
        if (same) {
            sentences.add(of + " equals " + guess + ": the network has learned nothing that " + MetricKeys.title(key)
                    + " shows.");
        } else if (worse) {
            sentences.add(of + " is worse than " + guess + ", which gives " + Figures.value(guessing)
                    + ": the network would do better not to look at its input.");
        } else {
            sentences.add(of + " is no better than " + guess + ", which gives " + Figures.value(guessing)
                    + ", by more than chance makes a difference on so few samples.");
        }
    }

    /**
     * Whether a figure is what guessing gives, or worse; an accuracy, too, that is better by no more than the standard
     * error of a share of so many samples.
     */
    static boolean isNoBetter(String key, double value, double guessing, long samples) {
        if (isSame(value, guessing, samples)) {
            return true;
        }
        if (key.equals(MetricKeys.ACCURACY) && samples > 0) {
            return value <= guessing + Guessing.standardError(guessing, samples);
        }
        return MetricKeys.isError(key) ? value > guessing : value < guessing;
    }

    /** Figures that less than a sample makes the difference between are the same. */
    private static boolean isSame(double value, double guessing, long samples) {
        return Math.abs(value - guessing) < (samples > 0 ? 0.5 / samples : 1e-6);
    }

    private void addConstantPrediction() {
        JsonNode matrix = figures.path("confusion_matrix");
        int predicted = 0;
        int only = -1;
        for (int column = 0; column < matrix.size(); column++) {
            long count = 0;
            for (JsonNode row : matrix) {
                count += row.path(column).asLong();
            }
            if (count > 0) {
                predicted++;
                only = column;
            }
        }
        if (predicted == 1 && matrix.size() > 1) {
            sentences.add("The network predicts class " + run.className(only) + " for every " + run.judgedName()
                    + " sample.");
        }
    }

    private void addOverfitting() {
        List<ObjectNode> epochs = run.events("epoch");
        List<Point> losses = MetricKeys.overEpochs(epochs, MetricKeys.VALIDATION + MetricKeys.LOSS);
        if (losses.size() < 3) {
            return;
        }
        Point best = losses.stream().min(Comparator.comparingDouble(Point::y)).orElseThrow();
        Point last = losses.get(losses.size() - 1);
        if (best.x() < last.x() && last.y() > best.y() * RISEN) {
            sentences.add(
                    "The validation loss was lowest after epoch " + (long) best.x() + " ("
                            + Figures.value(best.y()) + ") and ended at " + Figures.value(last.y())
                            + ": since then the network has learned its training samples rather than what they have in common.");
        }
    }
}
