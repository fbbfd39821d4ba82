package dev.lockstep.core.data;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** Packs a range of an IDX data set. Executors pack ranges in parallel, each reading the files from their start. */
public final class IdxPacker {
    private IdxPacker() {}

    /**
     * Packs the samples {@code range.from() .. range.to() - 1} as U8 features with U8 class indices, and closes all
     * streams.
     *
     * @param imagesName for messages
     * @param labelsName for messages
     * @param partName the part's file name, for the manifest
     * @throws dev.lockstep.core.error.LockstepException when the data is damaged, the counts differ, or the range is
     *     too large for one part
     * @throws IOException when the part cannot be written
     */
    public static PackedPart pack(
            InputStream images,
            String imagesName,
            InputStream labels,
            String labelsName,
            Slice range,
            String partName,
            OutputStream target)
            throws IOException {
        try (target;
                images;
                labels;
                IdxFile labelFile = IdxFile.open(labels, labelsName, IdxFile.Content.LABELS);
                IdxFile imageFile = IdxFile.open(images, imagesName, IdxFile.Content.IMAGES)) {
            int samples = imageFile.header().samples();
            IdxSummary.requireSameCount(samples, imagesName, labelFile.header().samples(), labelsName);
            if (range.isEmpty() || range.to() > samples) {
                throw new IllegalArgumentException(range + " is no range of " + samples + " samples");
            }
            PackedWriter writer =
                    new PackedWriter(target, header(range, imageFile.header().sampleShape()));
            copyImages(imageFile, range, writer);
            byte[] labelValues = new byte[range.size()];
            labelFile.skipTo(range.from());
            labelFile.read(labelValues, 0, labelValues.length);
            writer.writeLabels(labelValues, 0, labelValues.length);
            return writer.finish(partName);
        }
    }

    static PackedHeader header(Slice range, Shape featureShape) {
        return new PackedHeader(range.from(), range.size(), featureShape, ElementType.U8, 1, ElementType.U8);
    }

    private static void copyImages(IdxFile images, Slice range, PackedWriter writer) throws IOException {
        images.skipTo(range.from());
        images.read(range.size(), (bytes, count) -> writer.writeFeatures(bytes, 0, count));
    }
}
