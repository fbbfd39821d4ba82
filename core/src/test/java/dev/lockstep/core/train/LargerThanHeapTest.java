package dev.lockstep.core.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.core.data.ElementType;
import dev.lockstep.core.data.PackedHeader;
import dev.lockstep.core.data.PackedManifest;
import dev.lockstep.core.data.PackedPart;
import dev.lockstep.core.data.PackedWriter;
import dev.lockstep.core.data.Shape;
import dev.lockstep.core.data.Slice;
import dev.lockstep.core.random.CounterRandom;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A set three times as large as the heap is trained on, in a process that can hold a third of it. */
@Tag("process")
final class LargerThanHeapTest {
    private static final int HEAP_MEBIBYTES = 96;
    private static final int PIXELS = 12_288;
    private static final int SAMPLES = 3 * HEAP_MEBIBYTES * (1 << 20) / PIXELS;
    private static final int PARTS = 3;
    private static final long SEED = 77;

    private final Path directory;

    LargerThanHeapTest(@TempDir Path directory) {
        this.directory = directory;
    }

    @Test
    void trainsOnASetOfThreeTimesTheHeap() throws Exception {
        PackedManifest manifest = pack();
        assertThat(manifest.totalBytes()).isGreaterThan(3L * HEAP_MEBIBYTES << 20);
        Path log = directory.resolve("probe.log");
        Process process = start(log);
        try {
            assertThat(process.waitFor(120, TimeUnit.SECONDS))
                    .as("the training ends within 120 s")
                    .isTrue();
        } finally {
            process.destroyForcibly();
        }
        String output = Files.readString(log, StandardCharsets.UTF_8);
        assertThat(process.exitValue()).as(output).isZero();
        assertThat(output).contains("every one of " + SAMPLES + " samples once");
    }

    private Process start(Path log) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseParallelGC",
                "-Xmx" + HEAP_MEBIBYTES + "m",
                "-cp",
                System.getProperty("java.class.path"),
                LargerThanHeapProbe.class.getName(),
                directory.toString());
        return builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
    }

    /** Noise, in which the pixels of one quarter are brighter: which quarter is the class. */
    private PackedManifest pack() throws IOException {
        byte[] noise = new byte[2 * PIXELS];
        for (int i = 0; i < noise.length; i++) {
            noise[i] = (byte) CounterRandom.below(SEED, i, 128);
        }
        List<PackedPart> parts = new ArrayList<>();
        for (int part = 0; part < PARTS; part++) {
            String name = "part-" + part;
            try (PackedWriter writer = new PackedWriter(
                    Files.newOutputStream(directory.resolve(name)), header(Slice.of(0, SAMPLES, PARTS, part)))) {
                parts.add(write(writer, Slice.of(0, SAMPLES, PARTS, part), noise, name));
            }
        }
        PackedManifest manifest = PackedManifest.of(
                header(new Slice(0, SAMPLES)),
                Collections.nCopies(TestJobs.CLASSES, (long) SAMPLES / TestJobs.CLASSES),
                "a test",
                parts);
        Files.writeString(directory.resolve(LargerThanHeapProbe.MANIFEST), manifest.toJson());
        return manifest;
    }

    private static PackedHeader header(Slice slice) {
        return new PackedHeader(slice.from(), slice.size(), Shape.of(PIXELS), ElementType.U8, 1, ElementType.U8);
    }

    private static PackedPart write(PackedWriter writer, Slice slice, byte[] noise, String name) throws IOException {
        byte[] pixels = new byte[PIXELS];
        byte[] label = new byte[1];
        int quarter = PIXELS / TestJobs.CLASSES;
        for (int sample = slice.from(); sample < slice.to(); sample++) {
            label[0] = (byte) (sample % TestJobs.CLASSES);
            System.arraycopy(noise, CounterRandom.below(SEED, -1L - sample, PIXELS), pixels, 0, PIXELS);
            for (int i = label[0] * quarter; i < (label[0] + 1) * quarter; i++) {
                pixels[i] += 100;
            }
            writer.writeFeatures(pixels, 0, PIXELS);
            writer.writeLabels(label, 0, 1);
        }
        return writer.finish(name);
    }
}
