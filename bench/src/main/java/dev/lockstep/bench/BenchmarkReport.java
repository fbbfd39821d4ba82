package dev.lockstep.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.bench.Findings.Finding;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;

/** A benchmark's outcome as a table for people and as JSON for programs. */
final class BenchmarkReport {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final double MILLION = 1e6;

    private final Map<String, String> machine;
    private final List<Measurement> measurements;
    private final Map<String, String> skipped;
    private final List<Finding> findings;

    BenchmarkReport(Map<String, String> machine, List<Measurement> measurements, Map<String, String> skipped) {
        this.machine = machine;
        this.measurements = List.copyOf(measurements);
        this.skipped = skipped;
        this.findings = new Findings(measurements).all();
    }

    /** The table, ready to print. */
    String table() {
        StringBuilder text = new StringBuilder();
        machine.forEach((name, value) -> text.append(String.format(Locale.ROOT, "%-14s %s%n", name, value)));
        text.append(String.format(
                Locale.ROOT,
                "%n%-5s %-20s %7s %6s %12s %26s %6s  %s%n",
                "model",
                "contender",
                "workers",
                "each",
                "median",
                "min .. max",
                "rounds",
                "unit"));
        for (Measurement measurement : measurements) {
            text.append(row(measurement));
        }
        text.append(String.format(Locale.ROOT, "%n%-62s %8s %8s%n", "what must show", "value", "target"));
        for (Finding finding : findings) {
            text.append(row(finding));
        }
        text.append(String.format("%nSettings%n"));
        for (Measurement measurement : measurements) {
            text.append(String.format("  %s: %s%n", label(measurement), measurement.settings()));
            if (!measurement.figures().isEmpty()) {
                text.append(String.format("    a step: %s%n", figures(measurement)));
            }
        }
        skipped.forEach((name, why) -> text.append(String.format("  without %s: %s%n", name, why)));
        return text.toString();
    }

    private static String row(Measurement measurement) {
        boolean large = measurement.median() > 100 * MILLION;
        double scale = large ? MILLION : 1;
        return String.format(
                Locale.ROOT,
                "%-5s %-20s %7d %6s %,12.0f %26s %6d  %s%n",
                measurement.batchPerWorker() == 0 ? "" : measurement.workload().letter(),
                measurement.contender(),
                measurement.workers(),
                measurement.batchPerWorker() == 0 ? "" : Integer.toString(measurement.batchPerWorker()),
                measurement.median() / scale,
                String.format(
                        Locale.ROOT, "%,.0f .. %,.0f", measurement.slowest() / scale, measurement.fastest() / scale),
                measurement.rounds().size(),
                (large ? "million " : "") + measurement.unit());
    }

    private static String row(Finding finding) {
        OptionalDouble value = finding.value();
        String shown = value.isPresent() ? String.format(Locale.ROOT, "%.2f", value.getAsDouble()) : "-";
        String target = finding.target() > 0 ? String.format(Locale.ROOT, ">= %.2f", finding.target()) : "";
        String verdict = finding.target() == 0 || value.isEmpty() ? "" : finding.met() ? "met" : "NOT met";
        return String.format(Locale.ROOT, "%-62s %8s %8s  %s%n", finding.what(), shown, target, verdict);
    }

    private static String label(Measurement measurement) {
        return (measurement.batchPerWorker() == 0 ? "" : measurement.workload().letter() + " ")
                + measurement.contender() + " x" + measurement.workers()
                + (measurement.batchPerWorker() == 0 ? "" : ", " + measurement.batchPerWorker() + " each");
    }

    private static String figures(Measurement measurement) {
        StringBuilder text = new StringBuilder();
        measurement.figures().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(figure ->
                        text.append(String.format(Locale.ROOT, "%s %,.3f  ", figure.getKey(), figure.getValue())));
        return text.toString().strip();
    }

    /** The same for programs. */
    ObjectNode json() {
        ObjectNode report = JSON.createObjectNode();
        report.put("format_version", 1);
        machine.forEach(report.putObject("machine")::put);
        ArrayNode rows = report.putArray("measurements");
        for (Measurement measurement : measurements) {
            ObjectNode row = rows.addObject();
            row.put("contender", measurement.contender());
            row.put("model", measurement.workload().letter());
            row.put("workers", measurement.workers());
            row.put("batch_per_worker", measurement.batchPerWorker());
            row.put("unit", measurement.unit());
            row.put("settings", measurement.settings());
            row.put("median", measurement.median());
            row.put("min", measurement.slowest());
            row.put("max", measurement.fastest());
            measurement.rounds().forEach(row.putArray("rounds")::add);
            measurement.figures().forEach(row.putObject("step")::put);
        }
        ArrayNode ratios = report.putArray("findings");
        for (Finding finding : findings) {
            ObjectNode row = ratios.addObject();
            row.put("what", finding.what());
            if (finding.value().isPresent()) {
                row.put("value", finding.value().getAsDouble());
                row.put("target", finding.target() > 0 ? (Double) finding.target() : null);
                row.put("met", finding.target() > 0 ? (Boolean) finding.met() : null);
            } else {
                row.putNull("value");
            }
        }
        skipped.forEach(report.putObject("skipped")::put);
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
