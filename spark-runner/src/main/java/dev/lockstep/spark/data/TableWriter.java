package dev.lockstep.spark.data;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lockstep.core.data.ElementType;
import dev.lockstep.core.data.PackedHeader;
import dev.lockstep.core.data.PackedPart;
import dev.lockstep.core.data.PackedWriter;
import dev.lockstep.core.data.SamplePart;
import dev.lockstep.core.data.Shape;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;

/**
 * Writes each partition of rows as one packed part.
 *
 * @param directory of the parts
 * @param counts rows of each partition
 * @param starts index of each partition's first row
 * @param features numbers of a sample
 * @param labels values of a label
 * @param classes whether labels are class numbers
 * @param marked whether rows say which part conditions put them in
 * @param weighted whether rows have weights
 */
@SuppressWarnings("ArrayRecordComponent") // handed on once, never compared
record TableWriter(
        String directory,
        int[] counts,
        int[] starts,
        int features,
        int labels,
        boolean classes,
        boolean marked,
        boolean weighted)
        implements Serializable {
    private static final long serialVersionUID = 1L;

    private static final SamplePart[] PARTS = SamplePart.values();

    /** Puts a row's numbers where they are packed from: features, and labels with weight and part behind them. */
    @FunctionalInterface
    private interface Unpacking {
        void of(Row row, float[] features, float[] rest);
    }

    /** The label of a row, its weight, and the part that it is in. */
    private static float[] rest(Row row, TableColumns columns, LabelReader rule, int labels, boolean marked) {
        float[] rest = Arrays.copyOf(rule.packed(row, labels), labels + 2);
        rest[labels] = columns.weight(row);
        rest[labels + 1] = marked ? RowConditions.partOf(row).ordinal() : 0;
        return rest;
    }

    /** Writes cells as they are. */
    List<PackedPart> write(TableRows rows, TableColumns columns, LabelReader rule) {
        int width = labels;
        boolean withParts = marked;
        return write(rows.rows(), rows.sources(), () -> (row, features, rest) -> {
            double[] numbers = new double[features.length];
            int next = 0;
            for (Object feature : columns.read(row)) {
                next = TableFrame.put(feature, numbers, next);
            }
            copy(numbers, features);
            System.arraycopy(rest(row, columns, rule, width, withParts), 0, rest, 0, rest.length);
        });
    }

    /** Writes what the steps make of the cells. */
    List<PackedPart> write(TableRows rows, TableColumns columns, LabelReader rule, TablePipeline pipeline) {
        int width = labels;
        boolean withParts = marked;
        TableFrame frame = pipeline.frame();
        JavaRDD<Row> cells =
                rows.rows().map(row -> frame.row(columns.read(row), rest(row, columns, rule, width, withParts)));
        JavaRDD<Row> transformed = pipeline.transform(cells)
                .select(functions.col(pipeline.vector()), functions.col(TableFrame.LABEL))
                .javaRDD();
        return write(transformed, rows.sources(), () -> (row, features, rest) -> {
            copy(((Vector) row.get(0)).toArray(), features);
            copy(((Vector) row.get(1)).toArray(), rest);
        });
    }

    private static void copy(double[] numbers, float[] target) {
        for (int i = 0; i < numbers.length; i++) {
            target[i] = (float) numbers[i];
        }
    }

    /** Makes the unpacking on an executor. */
    @FunctionalInterface
    private interface Unpackings extends Serializable {
        Unpacking make();
    }

    private List<PackedPart> write(JavaRDD<Row> rows, String[] sources, Unpackings unpackings) {
        return TaskAnswer.values(rows.mapPartitionsWithIndex(
                                (index, cells) -> counts[index] == 0
                                        ? Collections.emptyIterator()
                                        : TableDatasetPacker.one(TaskAnswer.of(
                                                TableDatasetPacker.unreadable(sources[index]),
                                                () -> writePart(cells, index, unpackings.make()))),
                                true)
                        .collect())
                .stream()
                .map(IdxDatasetPacker::partFromJson)
                .toList();
    }

    /** Runs on an executor. */
    private String writePart(Iterator<Row> rows, int piece, Unpacking unpacking) {
        String name = IdxDatasetPacker.partName(piece);
        PackedHeader header = new PackedHeader(
                starts[piece],
                counts[piece],
                Shape.of(features),
                ElementType.F32,
                labels,
                classes ? ElementType.I32 : ElementType.F32,
                marked,
                weighted);
        PackedPart[] part = new PackedPart[1];
        try {
            HadoopFiles.writeWhole(
                    new Path(directory, name), header.fileBytes(), HadoopFiles.configuration(), stream -> {
                        try (PackedWriter writer = new PackedWriter(stream, header)) {
                            float[] numbers = new float[features];
                            float[] rest = new float[labels + 2];
                            while (rows.hasNext()) {
                                unpacking.of(rows.next(), numbers, rest);
                                writer.writeFeatures(numbers, 0, numbers.length);
                                writer.writeLabels(rest, 0, labels);
                                if (weighted) {
                                    writer.writeWeight(rest[labels]);
                                }
                                if (marked) {
                                    writer.writeMark(PARTS[(int) rest[labels + 1]]);
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
