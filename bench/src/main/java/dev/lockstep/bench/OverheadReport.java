package dev.lockstep.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What a run costs beside its steps, as a table for people and as JSON for programs. */
final class OverheadReport {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Map<String, String> machine;
    private final List<Overhead> overheads;

    OverheadReport(Map<String, String> machine, List<Overhead> overheads) {
        this.machine = machine;
        this.overheads = List.copyOf(overheads);
    }

    /** The table, ready to print. */
    String table() {
        StringBuilder text = new StringBuilder();
        machine.forEach((name, value) -> text.append(String.format(Locale.ROOT, "%-14s %s%n", name, value)));
        text.append(String.format(
                Locale.ROOT,
                "%n%-58s %8s %-3s %18s %6s %8s%n",
                "overhead",
                "median",
                "",
                "min .. max",
                "rounds",
                "target"));
        for (Overhead overhead : overheads) {
            boolean demanded = overhead.most().isPresent();
            text.append(String.format(
                    Locale.ROOT,
                    "%-58s %8.2f %-3s %18s %6d %8s  %s%n",
                    overhead.what(),
                    overhead.median(),
                    overhead.unit(),
                    String.format(
                            Locale.ROOT,
                            "%.2f .. %.2f",
                            Collections.min(overhead.rounds()),
                            Collections.max(overhead.rounds())),
                    overhead.rounds().size(),
                    demanded
                            ? String.format(
                                    Locale.ROOT, "<= %.1f", overhead.most().getAsDouble())
                            : "",
                    demanded ? (overhead.met() ? "met" : "NOT met") : ""));
        }
        return text.toString();
    }

    /** The same for programs. */
    ObjectNode json() {
        ObjectNode report = JSON.createObjectNode();
        report.put("format_version", 1);
        machine.forEach(report.putObject("machine")::put);
        ArrayNode rows = report.putArray("overheads");
        for (Overhead overhead : overheads) {
            ObjectNode row = rows.addObject();
            row.put("what", overhead.what());
            row.put("unit", overhead.unit());
            row.put("median", overhead.median());
            boolean demanded = overhead.most().isPresent();
            row.put("target", demanded ? (Double) overhead.most().getAsDouble() : null);
            row.put("met", demanded ? (Boolean) overhead.met() : null);
            overhead.rounds().forEach(row.putArray("rounds")::add);
        }
        return report;
    }

    /** Writes the JSON; directories are made. */
    void write(Path file) throws IOException {
        Path parent = file.toAbsolutePath().getParent();
        if (parent != null) {
            Files.createDirectories(parent);
        }
        JSON.writerWithDefaultPrettyPrinter().writeValue(file.toFile(), json());
    }
}
