package dev.lockstep.spark.data;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lockstep.core.data.IdxData;
import dev.lockstep.core.data.IdxPacker;
import dev.lockstep.core.data.IdxSummary;
import dev.lockstep.core.data.PackedHeader;
import dev.lockstep.core.data.PackedManifest;
import dev.lockstep.core.data.PackedPart;
import dev.lockstep.core.data.Slice;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;

/** Packs IDX files: every task reads the (usually gzip) files from their start and packs its own range. */
final class IdxDatasetPacker implements DatasetPacker {
    private static final int FEWEST_SAMPLES_A_PART = 5_000;
    private static final int MOST_BYTES_A_PART = 1 << 30;

    private final JavaSparkContext spark;
    private final IdxData data;
    private final List<String> classNames;
    private final Configuration configuration;

    IdxDatasetPacker(JavaSparkContext spark, IdxData data) {
        this(spark, data, data.classNames());
    }

    private IdxDatasetPacker(JavaSparkContext spark, IdxData data, List<String> classNames) {
        this.spark = spark;
        this.data = data;
        this.classNames = classNames;
        this.configuration = HadoopFiles.configuration();
    }

    @Override
    public DatasetPacker readingAs(FittedData fitted, boolean withoutLabels) {
        List<String> names = fitted.classNames();
        return new IdxDatasetPacker(spark, data, names == null ? List.of() : names);
    }

    private record Files(Path images, Path labels) {}

    private Optional<Files> files(DatasetRole role) {
        String images = role == DatasetRole.TRAIN ? data.trainImages() : data.testImages();
        String labels = role == DatasetRole.TRAIN ? data.trainLabels() : data.testLabels();
        if (role == DatasetRole.TEST && images.equals(IdxData.NONE)) {
            return Optional.empty();
        }
        Path directory = HadoopFiles.qualify(data.directory(), configuration);
        return Optional.of(new Files(new Path(directory, images), new Path(directory, labels)));
    }

    @Override
    public Optional<String> fingerprint(DatasetRole role) {
        return files(role)
                .map(files -> describe(HadoopFiles.status(files.images(), configuration)) + "; "
                        + describe(HadoopFiles.status(files.labels(), configuration))
                        + (classNames.isEmpty() ? "" : "; classes " + classNames));
    }

    static String describe(FileStatus status) {
        return status.getPath() + " " + status.getLen() + " bytes, modified " + status.getModificationTime();
    }

    @Override
    public PackedManifest pack(DatasetRole role, Path target, int parts, String fingerprint) {
        Files files = files(role).orElseThrow();
        IdxSummary summary = IdxSummary.read(
                HadoopFiles.open(files.images(), configuration),
                files.images().toString(),
                HadoopFiles.open(files.labels(), configuration),
                files.labels().toString());
        int samples = summary.sampleCount();
        PackedHeader whole = summary.packedHeader(new Slice(0, samples));
        int pieces = pieces(whole, parts);
        List<Integer> numbers = new ArrayList<>();
        for (int piece = 0; piece < pieces; piece++) {
            numbers.add(piece);
        }
        String images = files.images().toString();
        String labels = files.labels().toString();
        String directory = target.toString();
        long bytes = whole.fileBytes() / pieces;
        List<PackedPart> packed = new ArrayList<>();
        for (String part : TaskAnswer.values(spark.parallelize(numbers, pieces)
                .map(piece -> TaskAnswer.of(
                        "packing " + images, () -> packPiece(images, labels, samples, pieces, piece, directory, bytes)))
                .collect())) {
            packed.add(partFromJson(part));
        }
        return PackedManifest.of(whole, summary.classCounts(), fingerprint, packed)
                .with(classNames.isEmpty() ? null : classNames, null);
    }

    /** As many as asked for, fewer of a small set, more where a part would be too large to be mapped. */
    static int pieces(PackedHeader whole, int parts) {
        int fewest = (int) Math.min(whole.samples(), 1 + whole.fileBytes() / MOST_BYTES_A_PART);
        return Math.max(fewest, Math.min(parts, whole.samples() / FEWEST_SAMPLES_A_PART));
    }

    /** Runs on an executor; everything it takes and gives is a primitive or a string. */
    private static String packPiece(
            String images, String labels, int samples, int pieces, int piece, String directory, long bytes) {
        Configuration configuration = HadoopFiles.configuration();
        Path imagesPath = new Path(images);
        Path labelsPath = new Path(labels);
        String name = partName(piece);
        PackedPart[] part = new PackedPart[1];
        try {
            HadoopFiles.writeWhole(
                    new Path(directory, name),
                    bytes,
                    configuration,
                    stream -> part[0] = IdxPacker.pack(
                            HadoopFiles.open(imagesPath, configuration),
                            images,
                            HadoopFiles.open(labelsPath, configuration),
                            labels,
                            Slice.of(0, samples, pieces, piece),
                            name,
                            stream));
            return new ObjectMapper().writeValueAsString(part[0]);
        } catch (IOException e) {
            throw new UncheckedIOException("packing " + images + " into " + directory + "/" + name, e);
        }
    }

    static String partName(int piece) {
        return String.format(Locale.ROOT, "part-%05d.packed", piece);
    }

    static PackedPart partFromJson(String json) {
        try {
            return new ObjectMapper().readValue(json, PackedPart.class);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the driver and a task run different versions of Lockstep", e);
        }
    }
}
