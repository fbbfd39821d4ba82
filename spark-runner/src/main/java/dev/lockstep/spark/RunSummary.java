package dev.lockstep.spark;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.cluster.storage.RunDirectory;
import dev.lockstep.spark.cli.Figures;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The last lines that a person reads of a run or an evaluation. */
final class RunSummary {
    private RunSummary() {}

    /** The end of the run in a directory; nothing where there is no result, or none that can be read. */
    static List<String> lines(RunDirectory directory) {
        try {
            Optional<String> text = directory.readText(TrainingRun.RESULT);
            return text.isPresent() && new ObjectMapper().readTree(text.get()) instanceof ObjectNode result
                    ? lines(result, directory.location())
                    : List.of();
        } catch (IOException unreadable) {
            return List.of("Run directory: " + directory.location() + " (" + unreadable.getMessage() + ")");
        }
    }

    /** The end of a run: its figures and where it is. */
    static List<String> lines(ObjectNode result, String directory) {
        List<String> lines = new ArrayList<>();
        String status = result.path("status").asText();
        lines.add(String.format(
                Locale.ROOT,
                "%s%s after %d steps, %s, %s, %s%s",
                status.substring(0, 1).toUpperCase(Locale.ROOT),
                status.substring(1),
                result.path("steps").asLong(),
                count(result.path("workers").asLong(), "worker"),
                result.path("sync").asText(),
                Figures.seconds(result.path("wall_seconds").asDouble()),
                troubles(result)));
        addSelection(lines, result);
        String test = figures("Test", result.path("test"));
        if (test != null) {
            lines.add(test);
        }
        String guessing = GuessingComparison.warning(result.path("test"));
        if (guessing != null) {
            lines.add(guessing);
        }
        String expected = Expectation.line(result);
        if (expected != null) {
            lines.add(expected);
        }
        lines.add("Parameters: " + result.path("parameters").asInt() + ", sha256 "
                + result.path("parameters_sha256").asText());
        lines.add("Run directory: " + directory
                + (status.equals("stopped")
                        ? " (the same command continues)"
                        : " (report.html, model/, metrics.jsonl, result.json)"));
        return lines;
    }

    private static void addSelection(List<String> lines, ObjectNode result) {
        JsonNode stopped = result.path("stopped_early");
        if (stopped.isObject()) {
            lines.add("Stopped early after epoch " + stopped.path("epoch").asInt() + ": best " + best(stopped)
                    + (stopped.path("restores_best").asBoolean() ? ", whose model is the run's" : ""));
        }
        JsonNode best = result.path("best");
        if (best.isObject()) {
            lines.add("Best model: " + best(best) + " (model-best/)");
        }
    }

    private static String best(JsonNode watched) {
        return watched.path("monitor").asText() + " "
                + Figures.value(watched.path("best").asDouble()) + " in epoch "
                + watched.path("best_epoch").asInt();
    }

    private static String count(long number, String what) {
        return number + " " + what + (number == 1 ? "" : "s");
    }

    /** What was overcome on the way; nothing is said of a run without any. */
    private static String troubles(ObjectNode result) {
        long rejoins = result.path("worker_rejoins").asLong();
        long restarts = result.path("restarts").asLong();
        return (rejoins == 0 ? "" : ", " + count(rejoins, "lost worker") + " replaced")
                + (restarts == 0 ? "" : ", " + count(restarts, "restart"));
    }

    /** Loss and metrics, each beside what guessing gives; null where there are none. */
    static @Nullable String figures(String name, JsonNode figures) {
        if (!figures.isObject()) {
            return null;
        }
        StringBuilder line = new StringBuilder(name + ":");
        JsonNode baseline = figures.path("baseline");
        Iterator<Map.Entry<String, JsonNode>> fields = figures.fields();
        while (fields.hasNext()) {
            Map.Entry<String, JsonNode> field = fields.next();
            // How fast it went is no figure of the model.
            if (field.getValue().isFloatingPointNumber() && !field.getKey().equals("samples_per_second")) {
                line.append("  ")
                        .append(field.getKey())
                        .append(' ')
                        .append(Figures.value(field.getValue().asDouble()));
                JsonNode guess = baseline.path(field.getKey());
                if (guess.isNumber()) {
                    line.append(" (guessing: ")
                            .append(Figures.value(guess.asDouble()))
                            .append(')');
                }
            }
        }
        return line.toString();
    }

    /** Precision, recall and F1 of each class, and their averages, as a table; empty where there are no classes. */
    static List<String> classes(JsonNode figures) {
        List<String> lines = new ArrayList<>();
        JsonNode perClass = figures.path("per_class");
        if (!perClass.isObject()) {
            return lines;
        }
        lines.add(" class  precision  recall      f1  samples");
        for (int number = 0; number < perClass.path("samples").size(); number++) {
            lines.add(classLine(
                    Integer.toString(number),
                    perClass.path("precision").path(number),
                    perClass.path("recall").path(number),
                    perClass.path("f1").path(number),
                    perClass.path("samples").path(number).asText()));
        }
        for (String average : List.of("macro", "micro")) {
            JsonNode of = figures.path(average);
            lines.add(classLine(average, of.path("precision"), of.path("recall"), of.path("f1"), ""));
        }
        return lines;
    }

    private static String classLine(String name, JsonNode precision, JsonNode recall, JsonNode f1, String samples) {
        return String.format(
                        Locale.ROOT, "%6s%11s%8s%8s%9s", name, figure(precision), figure(recall), figure(f1), samples)
                .stripTrailing();
    }

    private static String figure(JsonNode value) {
        return value.isNumber() ? String.format(Locale.ROOT, "%.4f", value.asDouble()) : "-";
    }

    /** A confusion matrix as text: a row for each true class, a column for each predicted one. */
    static List<String> confusionMatrix(JsonNode matrix, @Nullable List<String> classNames) {
        List<String> lines = new ArrayList<>();
        if (!matrix.isArray() || matrix.isEmpty()) {
            return lines;
        }
        lines.add("Confusion matrix (row: true class, column: predicted class)");
        StringBuilder head = new StringBuilder("      ");
        for (int column = 0; column < matrix.size(); column++) {
            head.append(String.format(Locale.ROOT, "%7d", column));
        }
        lines.add(head.toString());
        for (int row = 0; row < matrix.size(); row++) {
            StringBuilder line = new StringBuilder(String.format(Locale.ROOT, "%6d", row));
            for (JsonNode count : matrix.get(row)) {
                line.append(String.format(Locale.ROOT, "%7d", count.asLong()));
            }
            if (classNames != null && row < classNames.size()) {
                line.append("  ").append(classNames.get(row));
            }
            lines.add(line.toString());
        }
        return lines;
    }
}
