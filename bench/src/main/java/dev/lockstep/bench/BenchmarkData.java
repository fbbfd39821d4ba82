package dev.lockstep.bench;

import dev.lockstep.core.data.DigitsData;
import dev.lockstep.core.data.DigitsGenerator;
import dev.lockstep.core.data.IdxData;
import dev.lockstep.core.data.IdxPacker;
import dev.lockstep.core.data.IdxSummary;
import dev.lockstep.core.data.LabelView;
import dev.lockstep.core.data.MiniBatch;
import dev.lockstep.core.data.PackedDataset;
import dev.lockstep.core.data.PackedManifest;
import dev.lockstep.core.data.PackedPart;
import dev.lockstep.core.data.SampleSource;
import dev.lockstep.core.data.Slice;
import dev.lockstep.core.data.ValidationSpec;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** The digits that all contenders train on: drawn by Lockstep, 28 x 28 bytes each, the same on every machine. */
public final class BenchmarkData {
    /** Pixels of one side of an image. */
    public static final int SIDE = 28;

    /** How many kinds of digits there are. */
    public static final int CLASSES = 10;

    private static final int TEST_SAMPLES = 10;
    private static final double SCALE = 255;

    private final Path directory;
    private final IdxData files;

    private BenchmarkData(Path directory, IdxData files) {
        this.directory = directory;
        this.files = files;
    }

    /**
     * Draws digits where they are not yet.
     *
     * @param samples for training
     * @param root under which every number of samples has a directory
     */
    public static BenchmarkData of(int samples, Path root) {
        Path directory = root.resolve("data-" + samples).toAbsolutePath();
        DigitsData digits = new DigitsData(
                samples,
                TEST_SAMPLES,
                1,
                directory.toString(),
                SCALE,
                new ValidationSpec(0, ValidationSpec.Method.RANDOM));
        DigitsGenerator.writeIfAbsent(directory, digits);
        return new BenchmarkData(directory, DigitsGenerator.asIdxData(directory, digits));
    }

    /** Where the IDX files are. */
    public Path directory() {
        return directory;
    }

    /** The training samples packed, as workers read them; several processes may pack, each for itself. */
    public PackedDataset pack() {
        try {
            Path target = Files.createTempDirectory("lockstep-bench-packed");
            IdxSummary summary =
                    IdxSummary.read(open(files.trainImages()), "images", open(files.trainLabels()), "labels");
            Slice all = new Slice(0, summary.sampleCount());
            PackedPart part = IdxPacker.pack(
                    open(files.trainImages()),
                    "images",
                    open(files.trainLabels()),
                    "labels",
                    all,
                    "part",
                    Files.newOutputStream(target.resolve("part")));
            PackedManifest manifest =
                    PackedManifest.of(summary.packedHeader(all), summary.classCounts(), "digits", List.of(part));
            PackedDataset packed = PackedDataset.open(target, manifest, SCALE, LabelView.asIs());
            // Mapped by now: the directory entry is not needed any more.
            Files.delete(target.resolve("part"));
            Files.delete(target);
            return packed;
        } catch (IOException e) {
            throw new UncheckedIOException("the digits in " + directory + " cannot be packed", e);
        }
    }

    private InputStream open(String name) throws IOException {
        return Files.newInputStream(directory.resolve(name));
    }

    /**
     * All samples as batches in memory, for rivals: they are spared the reading that Lockstep is timed with.
     *
     * @param batchSize the last batch is left out when it is smaller
     */
    public List<MiniBatch> batches(int batchSize) {
        try (SampleSource samples = pack()) {
            int[] order = IntStream.range(0, samples.sampleCount()).toArray();
            List<MiniBatch> batches = new ArrayList<>();
            for (int from = 0; from + batchSize <= order.length; from += batchSize) {
                MiniBatch batch =
                        new MiniBatch(batchSize, samples.featureShape().size(), samples.labelWidth());
                samples.read(order, from, from + batchSize, batch);
                batches.add(batch);
            }
            return List.copyOf(batches);
        }
    }
}
