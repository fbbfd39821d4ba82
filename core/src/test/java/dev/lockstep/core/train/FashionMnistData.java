package dev.lockstep.core.train;

import dev.lockstep.core.config.JobConfig;
import dev.lockstep.core.config.JobFile;
import dev.lockstep.core.data.IdxData;
import dev.lockstep.core.data.IdxPacker;
import dev.lockstep.core.data.IdxSummary;
import dev.lockstep.core.data.LabelView;
import dev.lockstep.core.data.PackedDataset;
import dev.lockstep.core.data.PackedManifest;
import dev.lockstep.core.data.PackedPart;
import dev.lockstep.core.data.Slice;
import dev.lockstep.core.data.SplitPlan;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Assumptions;

/** Fashion-MNIST as published, packed as a run packs it, and the example's job file. */
final class FashionMnistData {
    private static final int PARTS = 2;

    private final PackedDataset training;
    private final PackedDataset test;

    private FashionMnistData(PackedDataset training, PackedDataset test) {
        this.training = training;
        this.test = test;
    }

    /** The example's job with overrides as on the command line; skips the test where there is no data. */
    static JobConfig job(String... overrides) throws IOException {
        String data = System.getenv("LOCKSTEP_DATA");
        boolean present = data != null && Files.isDirectory(Path.of(data, "fashion_mnist"));
        if (!present) {
            System.out.println("SKIPPED: needs LOCKSTEP_DATA with fashion_mnist in it");
        }
        Assumptions.assumeTrue(present, "LOCKSTEP_DATA lacks fashion_mnist");
        Path example = Path.of(
                Objects.requireNonNull(System.getProperty("lockstep.root"), "lockstep.root"),
                "examples",
                "fashion-mnist.yaml");
        return JobFile.read(
                Files.readString(example, StandardCharsets.UTF_8),
                example.toString(),
                List.of(overrides),
                Map.of("LOCKSTEP_DATA", Objects.requireNonNull(data)));
    }

    /** Packs the files of the job. */
    static FashionMnistData pack(JobConfig job, Path target) throws IOException {
        IdxData files = (IdxData) job.data();
        return new FashionMnistData(
                pack(files, files.trainImages(), files.trainLabels(), Files.createDirectories(target.resolve("train"))),
                pack(files, files.testImages(), files.testLabels(), Files.createDirectories(target.resolve("test"))));
    }

    private static PackedDataset pack(IdxData files, String images, String labels, Path target) throws IOException {
        Path imageFile = Path.of(files.directory(), images);
        Path labelFile = Path.of(files.directory(), labels);
        IdxSummary summary = IdxSummary.read(open(imageFile), images, open(labelFile), labels);
        List<PackedPart> parts = new ArrayList<>();
        for (int i = 0; i < PARTS; i++) {
            String name = "part-" + i;
            parts.add(IdxPacker.pack(
                    open(imageFile),
                    images,
                    open(labelFile),
                    labels,
                    Slice.of(0, summary.sampleCount(), PARTS, i),
                    name,
                    Files.newOutputStream(target.resolve(name))));
        }
        PackedManifest manifest = PackedManifest.of(
                summary.packedHeader(new Slice(0, summary.sampleCount())), summary.classCounts(), images, parts);
        return PackedDataset.open(target, manifest, files.scale(), LabelView.asIs());
    }

    private static InputStream open(Path file) throws IOException {
        return Files.newInputStream(file);
    }

    /** What a job trains, validates and tests with. */
    TrainingData split(JobConfig job) {
        SplitPlan split =
                SplitPlan.of(job.seed(), ((IdxData) job.data()).validation(), training.sampleCount(), sample ->
                        (int) training.label(sample));
        return new TrainingData(training, split.trainIndices(), split.validationIndices(), test);
    }
}
