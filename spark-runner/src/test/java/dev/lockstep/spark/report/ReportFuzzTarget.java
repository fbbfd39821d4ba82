package dev.lockstep.spark.report;

import dev.lockstep.core.fuzz.FuzzFiles;
import dev.lockstep.core.fuzz.FuzzTarget;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The texts of a run directory as a page, and two of them compared. */
public final class ReportFuzzTarget implements FuzzTarget {
    @Override
    public String name() {
        return "report";
    }

    @Override
    public List<byte[]> seeds() {
        Recorded run = Recorded.completed(2);
        Map<String, String> files = new LinkedHashMap<>();
        files.put("job.yaml", run.job);
        files.put("metrics.jsonl", run.metrics.toString());
        files.put("result.json", run.result.toString());
        files.put("model.json", "{\"class_names\": [\"a\", \"b\", \"c\"]}");
        Map<String, String> half = new LinkedHashMap<>(files);
        half.remove("result.json");
        half.put("metrics.jsonl", Recorded.completed(1).metrics.substring(0, 3_000));
        return List.of(FuzzFiles.joinedTexts(files), FuzzFiles.joinedTexts(half));
    }

    private static @Nullable String text(Map<String, byte[]> files, String name) {
        byte[] content = files.get(name);
        return content == null ? null : new String(content, StandardCharsets.UTF_8);
    }

    @Override
    public void read(byte[] input) {
        Map<String, byte[]> files = FuzzFiles.split(input);
        RunRecord run = RunRecord.of(
                "runs/fuzzed",
                text(files, "job.yaml"),
                text(files, "metrics.jsonl"),
                text(files, "result.json"),
                text(files, "model.json"));
        String page = ReportPage.of(run);
        ComparisonPage.of(List.of(run, run));
        if (page.isEmpty()) {
            throw new AssertionError("an empty page");
        }
    }

    /** Figures become drawings and table cells, several times as long. */
    @Override
    public long mostAllocatedBytes(int inputBytes) {
        return (64L << 20) + 4_096L * inputBytes;
    }

    @Override
    public List<String> words() {
        return List.of(
                "1e308", "-1e308", "1e-320", "\"event\":\"epoch\"", "\"counts\":[]", "<script>", "9223372036854775807");
    }
}
