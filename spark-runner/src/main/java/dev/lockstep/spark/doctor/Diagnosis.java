package dev.lockstep.spark.doctor;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.core.error.ExitCode;
import dev.lockstep.spark.doctor.Finding.Level;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** All that was found. */
public record Diagnosis(List<Finding> findings) {
    private static final int ABOUT_WIDTH = 16;

    public Diagnosis {
        findings = List.copyOf(findings);
    }

    /** As a list for people. */
    public String text() {
        StringBuilder text = new StringBuilder();
        for (Finding finding : findings) {
            text.append(String.format(
                    Locale.ROOT,
                    "%-8s %-" + ABOUT_WIDTH + "s %s%n".replace("%n", "\n"),
                    mark(finding.level()),
                    finding.about(),
                    indented(finding.found())));
            if (finding.fix() != null) {
                text.append(" ".repeat(ABOUT_WIDTH + 10))
                        .append("-> ")
                        .append(indented(finding.fix()))
                        .append('\n');
            }
        }
        return text.append('\n').append(summary()).append('\n').toString();
    }

    private static String indented(String lines) {
        return lines.strip().replace("\n", "\n" + " ".repeat(ABOUT_WIDTH + 10));
    }

    private static String mark(Level level) {
        return switch (level) {
            case OK -> "ok";
            case WARNING -> "warning";
            case PROBLEM -> "PROBLEM";
        };
    }

    private String summary() {
        long problems = count(Level.PROBLEM);
        long warnings = count(Level.WARNING);
        String of = problems == 0 ? "No problem" : problems + (problems == 1 ? " problem" : " problems");
        return of + (warnings == 0 ? "" : ", " + warnings + (warnings == 1 ? " warning" : " warnings")) + ", "
                + count(Level.OK) + " ok.";
    }

    private long count(Level level) {
        return findings.stream().filter(finding -> finding.level() == level).count();
    }

    /** The same for programs. */
    public String json() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("problems", count(Level.PROBLEM));
        json.put("warnings", count(Level.WARNING));
        json.put("exit_code", exitCode());
        ArrayNode rows = json.putArray("findings");
        for (Finding finding : findings) {
            rows.addObject()
                    .put("about", finding.about())
                    .put("level", finding.level().name().toLowerCase(Locale.ROOT))
                    .put("found", finding.found())
                    .put("fix", finding.fix())
                    .put("exit_code", finding.code().number());
        }
        return json.toPrettyString() + "\n";
    }

    /** 0 without problems; else the lowest code of one: job before data before cluster. */
    public int exitCode() {
        return findings.stream()
                .filter(finding -> finding.level() == Level.PROBLEM)
                .map(Finding::code)
                .min(Comparator.comparingInt(ExitCode::number))
                .orElse(ExitCode.COMPLETED)
                .number();
    }
}
