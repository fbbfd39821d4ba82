package dev.lockstep.core.data;

import dev.lockstep.core.random.CounterRandom;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * Measures how long a batch takes to fill: 128 samples of 784 pixels, in the random order of an epoch, from a packed
 * set of 60,000. Run by hand; no part of the suite.
 */
public final class BatchBenchmark {
    private static final int SAMPLES = 60_000;
    private static final int PIXELS = 784;
    private static final int BATCH_SIZE = 128;
    private static final int EPOCHS = 20;

    private BatchBenchmark() {}

    /** Takes no arguments. */
    public static void main(String[] arguments) throws IOException {
        Path directory = Files.createTempDirectory("lockstep-batches");
        Path part = directory.resolve("part");
        try {
            PackedManifest manifest = pack(part);
            try (PackedDataset samples = PackedDataset.open(directory, manifest, 255, LabelView.asIs())) {
                for (int round = 0; round < 3; round++) {
                    report("rows only", samples, false);
                    report("rows decoded to floats", samples, true);
                }
            }
        } finally {
            Files.deleteIfExists(part);
            Files.deleteIfExists(directory);
        }
    }

    private static PackedManifest pack(Path part) throws IOException {
        PackedHeader header = new PackedHeader(0, SAMPLES, Shape.of(28, 28), ElementType.U8, 1, ElementType.U8);
        byte[] pixels = new byte[PIXELS];
        byte[] label = new byte[1];
        try (PackedWriter writer = new PackedWriter(Files.newOutputStream(part), header)) {
            for (int sample = 0; sample < SAMPLES; sample++) {
                long key = CounterRandom.key(1, sample);
                for (int i = 0; i < PIXELS; i++) {
                    pixels[i] = (byte) CounterRandom.below(key, i, 256);
                }
                label[0] = (byte) (sample % 10);
                writer.writeFeatures(pixels, 0, PIXELS);
                writer.writeLabels(label, 0, 1);
            }
            List<PackedPart> parts = List.of(writer.finish("part"));
            return PackedManifest.of(header, null, "a benchmark", parts);
        }
    }

    private static void report(String what, PackedDataset samples, boolean decoded) {
        ShardPlan plan = new ShardPlan(1, identity(), BATCH_SIZE, 1);
        MiniBatch batch = new MiniBatch(BATCH_SIZE, PIXELS, 1);
        int steps = plan.stepsPerEpoch() - 1;
        long[] nanoseconds = new long[steps * EPOCHS];
        double sum = 0;
        for (int epoch = 0; epoch < EPOCHS; epoch++) {
            int[] order = plan.order(epoch);
            for (int step = 0; step < steps; step++) {
                Slice slice = plan.slice(step, 0);
                long started = System.nanoTime();
                samples.read(order, slice.from(), slice.to(), batch);
                if (decoded) {
                    sum += batch.features()[step];
                }
                nanoseconds[epoch * steps + step] = System.nanoTime() - started;
            }
        }
        Arrays.sort(nanoseconds);
        System.out.printf(
                "%-24s median %.1f us, 10th percentile %.1f, 90th %.1f (checksum %.3f)%n",
                what,
                nanoseconds[nanoseconds.length / 2] / 1e3,
                nanoseconds[nanoseconds.length / 10] / 1e3,
                nanoseconds[nanoseconds.length * 9 / 10] / 1e3,
                sum);
    }

    private static int[] identity() {
        int[] indices = new int[SAMPLES];
        Arrays.setAll(indices, i -> i);
        return indices;
    }
}
