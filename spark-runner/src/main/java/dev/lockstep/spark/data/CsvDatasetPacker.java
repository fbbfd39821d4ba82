package dev.lockstep.spark.data;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lockstep.core.data.CsvData;
import dev.lockstep.core.data.ElementType;
import dev.lockstep.core.data.PackedHeader;
import dev.lockstep.core.data.PackedManifest;
import dev.lockstep.core.data.PackedPart;
import dev.lockstep.core.data.PackedWriter;
import dev.lockstep.core.data.Shape;
import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Packs CSV files that Spark reads.
 *
 * <ol>
 *   <li>Every file is a data frame of its own, in the order of their names, so that a row's index does not depend on how
 *       many cores the cluster has.
 *   <li>A first pass counts each partition's rows and looks at every cell; bad rows are then looked up with file and
 *       line, which Spark's reader does not tell.
 *   <li>A second pass writes each partition as one part, at the index where the ones before it end.
 * </ol>
 */
final class CsvDatasetPacker implements DatasetPacker {
    private final JavaSparkContext spark;
    private final CsvData data;
    private final Configuration configuration;

    CsvDatasetPacker(JavaSparkContext spark, CsvData data) {
        this.spark = spark;
        this.data = data;
        this.configuration = HadoopFiles.configuration();
    }

    @Override
    public Optional<String> fingerprint(DatasetRole role) {
        String location = role == DatasetRole.TRAIN ? data.train() : data.test();
        return location == null
                ? Optional.empty()
                : Optional.of(files(location, configuration).stream()
                                .map(IdxDatasetPacker::describe)
                                .collect(Collectors.joining("; "))
                        + (data.weights() == null ? "" : "; weights " + data.weights())
                        + (role == DatasetRole.TRAIN ? RowConditions.describe(data) : ""));
    }

    /** The files of a path, directory or glob, by name, without hidden ones. */
    static List<FileStatus> files(String location, Configuration configuration) {
        Path path = HadoopFiles.qualify(location, configuration);
        try {
            FileSystem system = path.getFileSystem(configuration);
            FileStatus[] matched = system.globStatus(path);
            List<FileStatus> found = new ArrayList<>();
            for (FileStatus status : matched == null ? new FileStatus[0] : matched) {
                found.addAll(status.isDirectory() ? List.of(system.listStatus(status.getPath())) : List.of(status));
            }
            found.removeIf(status -> status.isDirectory()
                    || status.getPath().getName().startsWith("_")
                    || status.getPath().getName().startsWith("."));
            found.sort(Comparator.comparing(status -> status.getPath().toString()));
            if (found.isEmpty()) {
                throw new LockstepException(
                        ExitCode.DATA,
                        "input path not found or empty: " + path
                                + " matched no files; expected a CSV file, a directory of them or a pattern");
            }
            return found;
        } catch (IOException e) {
            throw new LockstepException(ExitCode.DATA, path + " cannot be listed: " + e.getMessage(), e);
        }
    }

    @Override
    public PackedManifest pack(DatasetRole role, Path target, int parts, String fingerprint) {
        String location = role == DatasetRole.TRAIN ? data.train() : data.test();
        List<Path> files = files(Objects.requireNonNull(location), configuration).stream()
                .map(FileStatus::getPath)
                .toList();
        CsvTable table = CsvTable.open(
                SparkSession.builder().sparkContext(spark.sc()).getOrCreate(),
                files,
                data,
                configuration,
                role == DatasetRole.TRAIN && RowConditions.any(data));
        CsvSummary summary = CsvSummary.of(scan(table), table.columns(), files, data, configuration);
        List<PackedPart> packed = write(table, summary, target.toString());
        boolean whole = summary.classCounts() != null;
        PackedHeader like =
                header(table.columns(), 0, Arrays.stream(summary.samples()).sum(), whole, table.marked());
        return PackedManifest.of(like, summary.classCounts(), fingerprint, packed);
    }

    /** The first pass. */
    private static List<CsvPartition> scan(CsvTable table) {
        CsvColumns columns = table.columns();
        String[] sources = table.files();
        return TaskAnswer.values(table.rows()
                        .mapPartitionsWithIndex(
                                (index, cells) -> one(TaskAnswer.of(
                                        unreadable(sources[index]),
                                        () -> CsvPartition.scan(columns, cells).toJson())),
                                true)
                        .collect())
                .stream()
                .map(CsvPartition::fromJson)
                .toList();
    }

    /** The second pass. */
    private static List<PackedPart> write(CsvTable table, CsvSummary summary, String directory) {
        CsvColumns columns = table.columns();
        String[] sources = table.files();
        boolean whole = summary.classCounts() != null;
        boolean marked = table.marked();
        int[] starts = summary.firstSamples();
        int[] counts = summary.samples();
        return TaskAnswer.values(table.rows()
                        .mapPartitionsWithIndex(
                                (index, cells) -> counts[index] == 0
                                        ? Collections.emptyIterator()
                                        : one(TaskAnswer.of(
                                                unreadable(sources[index]),
                                                () -> writePart(
                                                        columns,
                                                        cells,
                                                        index,
                                                        header(columns, starts[index], counts[index], whole, marked),
                                                        directory))),
                                true)
                        .collect())
                .stream()
                .map(IdxDatasetPacker::partFromJson)
                .toList();
    }

    private static String unreadable(String file) {
        return file + " cannot be packed; is it damaged or cut off?";
    }

    private static Iterator<String> one(String value) {
        return List.of(value).iterator();
    }

    private static PackedHeader header(
            CsvColumns columns, int first, int samples, boolean wholeLabels, boolean marked) {
        return new PackedHeader(
                first,
                samples,
                Shape.of(columns.features().length),
                ElementType.F32,
                1,
                wholeLabels ? ElementType.I32 : ElementType.F32,
                marked,
                columns.isWeighted());
    }

    /** Runs on an executor. */
    private static String writePart(
            CsvColumns columns, Iterator<Row> rows, int piece, PackedHeader header, String directory) {
        String name = IdxDatasetPacker.partName(piece);
        PackedPart[] part = new PackedPart[1];
        try {
            HadoopFiles.writeWhole(new Path(directory, name), HadoopFiles.configuration(), stream -> {
                try (PackedWriter writer = new PackedWriter(stream, header)) {
                    float[] values = new float[columns.features().length];
                    float[] label = new float[1];
                    while (rows.hasNext()) {
                        Row row = rows.next();
                        label[0] = columns.parse(row, values);
                        writer.writeFeatures(values, 0, values.length);
                        writer.writeLabels(label, 0, 1);
                        if (header.marked()) {
                            writer.writeMark(RowConditions.partOf(row));
                        }
                        if (header.weighted()) {
                            writer.writeWeight(columns.weightOf(row));
                        }
                    }
                    part[0] = writer.finish(name);
                }
            });
            return new ObjectMapper().writeValueAsString(part[0]);
        } catch (IOException e) {
            throw new UncheckedIOException("packing rows into " + directory + "/" + name, e);
        }
    }
}
