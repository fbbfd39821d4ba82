package dev.lockstep.spark.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Whether a model may be published.
 *
 * @param lines one for each limit
 */
record GateVerdict(List<Line> lines) {
    /**
     * One limit.
     *
     * @param figure that it is of
     * @param requirement in words
     * @param candidate the new model's value; null for none
     * @param current the current model's value; null for none
     * @param passed whether it is kept
     */
    record Line(
            String figure, String requirement, @Nullable Double candidate, @Nullable Double current, boolean passed) {
        String sentence() {
            return figure + " is " + number(candidate)
                    + (current == null ? "" : " (current model: " + number(current) + ")") + ", required "
                    + requirement;
        }

        private static String number(@Nullable Double value) {
            return value == null ? "absent" : String.format(Locale.ROOT, "%.4f", value);
        }
    }

    GateVerdict {
        lines = List.copyOf(lines);
    }

    /**
     * Compares figures with rules. A figure that is absent or no number keeps no limit.
     *
     * @param candidate figures of the new model
     * @param current figures of the current model on the same samples; null when there is none
     * @param higherIsBetter the direction that a figure has by itself
     */
    static GateVerdict of(
            List<GateRuleSpec> rules,
            JsonNode candidate,
            @Nullable JsonNode current,
            Predicate<String> higherIsBetter) {
        List<Line> lines = new ArrayList<>();
        for (GateRuleSpec rule : rules) {
            Double value = value(candidate, rule.figure());
            Double before = current == null ? null : value(current, rule.figure());
            if (rule.atLeast() != null) {
                boolean passed = value != null && value >= rule.atLeast();
                lines.add(new Line(rule.figure(), "at least " + rule.atLeast(), value, before, passed));
            }
            if (rule.atMost() != null) {
                boolean passed = value != null && value <= rule.atMost();
                lines.add(new Line(rule.figure(), "at most " + rule.atMost(), value, before, passed));
            }
            if (rule.noWorseBy() != null) {
                lines.add(comparison(rule, rule.noWorseBy(), value, before, current != null, higherIsBetter));
            }
        }
        return new GateVerdict(lines);
    }

    private static Line comparison(
            GateRuleSpec rule,
            double noWorseBy,
            @Nullable Double value,
            @Nullable Double before,
            boolean hasCurrent,
            Predicate<String> higherIsBetter) {
        boolean higher =
                switch (rule.mode()) {
                    case AUTO -> higherIsBetter.test(rule.figure());
                    case MIN -> false;
                    case MAX -> true;
                };
        String requirement = "no worse than the current model by more than " + noWorseBy;
        if (!hasCurrent) {
            return new Line(rule.figure(), requirement + ", of which there is none yet", value, null, value != null);
        }
        // A current model without the figure, whose loss is infinite for example, is no measure.
        boolean passed = value != null
                && (before == null || (higher ? value >= before - noWorseBy : value <= before + noWorseBy));
        return new Line(rule.figure(), requirement, value, before, passed);
    }

    private static @Nullable Double value(JsonNode figures, String figure) {
        JsonNode node = figures.at("/" + figure.replace('.', '/'));
        return node.isNumber() && Double.isFinite(node.asDouble()) ? node.asDouble() : null;
    }

    boolean passed() {
        return lines.stream().allMatch(Line::passed);
    }

    /** What was not kept, as sentences; empty when all was. */
    List<String> objections() {
        return lines.stream().filter(line -> !line.passed()).map(Line::sentence).toList();
    }

    ObjectNode json() {
        ObjectNode gate = JsonNodeFactory.instance.objectNode();
        gate.put("passed", passed());
        ArrayNode rules = gate.putArray("rules");
        for (Line line : lines) {
            rules.addObject()
                    .put("figure", line.figure())
                    .put("required", line.requirement())
                    .put("candidate", line.candidate())
                    .put("current", line.current())
                    .put("passed", line.passed());
        }
        return gate;
    }
}
