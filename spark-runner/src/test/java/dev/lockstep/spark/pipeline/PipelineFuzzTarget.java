package dev.lockstep.spark.pipeline;

import dev.lockstep.core.fuzz.FuzzTarget;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** A pipeline file, and behind a NUL character the file {@code current} of its models. */
public final class PipelineFuzzTarget implements FuzzTarget {
    private static final String SMALL =
            """
            name: small
            job: job.yaml
            data: {path: "${DATA:-/data}/{yyyy}/{MM}/{dd}", marker: none, wait_minutes: 0}
            schedule: {start: 2026-01-01, time_zone: Europe/Berlin, days_back: 1, catch_up: all}
            train: {start: current, set: ['data.directory={data}']}
            gate: [{figure: macro.f1, at_least: 0.8, no_worse_by: 0.01, mode: max}]
            keep: {versions: 3}
            hooks: {success: "echo $LOCKSTEP_DATE"}
            """;

    @Override
    public String name() {
        return "pipeline-file";
    }

    @Override
    public List<byte[]> seeds() {
        return List.of(
                (SMALL + "\0versions/2026-01-31\nversions/2026-01-30\n").getBytes(StandardCharsets.UTF_8),
                SMALL.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void read(byte[] input) {
        String[] texts = new String(input, StandardCharsets.UTF_8).split("\0", 2);
        if (texts.length == 2) {
            VersionPointer pointer = VersionPointer.parse(texts[1], "current");
            if (!VersionPointer.parse(pointer.text(), "again").equals(pointer)) {
                throw new AssertionError("reads back as another pointer: " + pointer);
            }
        }
        PipelineSpec.read(texts[0], "pipeline.yaml", List.of(), Map.of("DATA", "/d"));
    }

    @Override
    public long mostAllocatedBytes(int inputBytes) {
        return (256L << 20) + 1_024L * inputBytes;
    }

    @Override
    public List<String> words() {
        return List.of("{date}", "{yyyyMMdd}", "{data}", "versions/", "${", "none", "2026-02-30", "\0");
    }
}
