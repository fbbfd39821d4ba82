package dev.lockstep.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.bytedeco.openblas.global.openblas_full;

/** Where and with what a benchmark ran. */
final class Machine {
    private Machine() {}

    /** Processor, cores, load, versions, BLAS kernel and threads, for table and file. */
    static Map<String, String> describe() {
        Map<String, String> lines = new LinkedHashMap<>();
        lines.put("date", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
        lines.put("processor", processor());
        lines.put("cores", Integer.toString(Runtime.getRuntime().availableProcessors()));
        lines.put(
                "load at start",
                String.format(
                        Locale.ROOT,
                        "%.2f",
                        ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage()));
        lines.put(
                "system",
                System.getProperty("os.name") + " " + System.getProperty("os.version") + ", Java " + Runtime.version());
        lines.put("libraries", System.getProperty("lockstep.bench.versions", "unknown"));
        lines.put("BLAS kernel", openblas_full.openblas_get_corename().getString());
        lines.put("BLAS build", openblas_full.openblas_get_config().getString());
        lines.put(
                "threads",
                "OMP_NUM_THREADS=" + System.getenv("OMP_NUM_THREADS") + ", OPENBLAS_NUM_THREADS="
                        + System.getenv("OPENBLAS_NUM_THREADS") + "; libtorch: see its settings");
        return lines;
    }

    private static String processor() {
        try {
            return Files.readAllLines(Path.of("/proc/cpuinfo"), StandardCharsets.UTF_8).stream()
                    .filter(line -> line.startsWith("model name"))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse("unknown");
        } catch (IOException e) {
            return "unknown: " + e.getMessage();
        }
    }
}
