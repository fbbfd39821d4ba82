package dev.lockstep.core.model;

import dev.lockstep.core.model.NetworkPlan.PlannedLayer;
import dev.lockstep.core.model.layer.InputLayer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A network as text, in the form of Keras's {@code model.summary()}. */
public final class Summary {
    private static final int BYTES_PER_PARAMETER = Float.BYTES;
    /** The first letter, those after an underscore and those after a digit. */
    private static final Pattern WORD_START = Pattern.compile("(?:^|_|(?<=[0-9]))([a-z])");

    private static final List<String> HEADINGS = List.of("Layer (type)", "Output Shape", "Param #");

    private Summary() {}

    /** The table of layers and the totals; lines end with a line feed. */
    public static String of(NetworkPlan plan) {
        List<List<String>> rows = new ArrayList<>();
        for (PlannedLayer layer : plan.layers()) {
            if (layer.spec() instanceof InputLayer) {
                // Keras lists the layers behind it.
                continue;
            }
            rows.add(List.of(layer.name() + " (" + type(layer) + ")", outputShape(layer), grouped(count(layer))));
        }
        int[] widths = new int[HEADINGS.size()];
        for (int column = 0; column < widths.length; column++) {
            int at = column;
            widths[column] = Stream.concat(Stream.of(HEADINGS), rows.stream())
                    .mapToInt(row -> row.get(at).length())
                    .max()
                    .orElse(0);
        }
        StringBuilder text = new StringBuilder();
        text.append(line("┏", "━", "┳", "┓", widths));
        text.append(cells("┃", HEADINGS, widths));
        text.append(line("┡", "━", "╇", "┩", widths));
        for (int i = 0; i < rows.size(); i++) {
            text.append(i == 0 ? "" : line("├", "─", "┼", "┤", widths));
            text.append(cells("│", rows.get(i), widths));
        }
        text.append(line("└", "─", "┴", "┘", widths));
        appendTotals(text, plan);
        return text.toString();
    }

    private static void appendTotals(StringBuilder text, NetworkPlan plan) {
        int trainable = plan.trainableCount();
        text.append(total("Total params", plan.parameterCount()));
        text.append(total("Trainable params", trainable));
        text.append(total("Non-trainable params", plan.parameterCount() - trainable));
    }

    private static String total(String label, int count) {
        return " " + label + ": " + grouped(count) + " (" + bytes((long) count * BYTES_PER_PARAMETER) + ")\n";
    }

    private static int count(PlannedLayer layer) {
        return layer.blocks().stream().mapToInt(ParameterBlock::length).sum();
    }

    /** {@code batch_normalization} is {@code BatchNormalization}, {@code max_pooling2d} is {@code MaxPooling2D}. */
    private static String type(PlannedLayer layer) {
        return WORD_START.matcher(layer.kind()).replaceAll(start -> start.group(1)
                .toUpperCase(Locale.ROOT));
    }

    private static String outputShape(PlannedLayer layer) {
        return layer.output().dimensions().stream()
                .map(String::valueOf)
                .collect(Collectors.joining(", ", "(None, ", ")"));
    }

    private static String grouped(int count) {
        return String.format(Locale.ROOT, "%,d", count);
    }

    /** Keras's units: powers of 1024, two decimals. */
    private static String bytes(long count) {
        String[] units = {"B", "KB", "MB", "GB"};
        double value = count;
        int unit = 0;
        while (value >= 1024 && unit < units.length - 1) {
            value /= 1024;
            unit++;
        }
        return String.format(Locale.ROOT, "%.2f %s", value, units[unit]);
    }

    private static String line(String left, String fill, String middle, String right, int[] widths) {
        List<String> parts = new ArrayList<>();
        for (int width : widths) {
            parts.add(fill.repeat(width + 2));
        }
        return left + String.join(middle, parts) + right + "\n";
    }

    /** Text to the left, the last column to the right. */
    private static String cells(String border, List<String> cells, int[] widths) {
        StringBuilder text = new StringBuilder(border);
        for (int column = 0; column < cells.size(); column++) {
            String padding = " ".repeat(widths[column] - cells.get(column).length());
            boolean isLast = column == cells.size() - 1;
            text.append(' ').append(isLast ? padding + cells.get(column) : cells.get(column) + padding);
            text.append(' ').append(border);
        }
        return text.append('\n').toString();
    }
}
