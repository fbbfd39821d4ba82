package dev.lockstep.core.data;

import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/** What a driver needs to know of an IDX data set before it is packed: shape, count and labels, not the images. */
public final class IdxSummary {
    private final Shape featureShape;
    private final byte[] labels;

    private IdxSummary(Shape featureShape, byte[] labels) {
        this.featureShape = featureShape;
        this.labels = labels;
    }

    /**
     * Reads the images' header and all labels, and closes both streams.
     *
     * @throws LockstepException when a file is damaged or the counts differ
     */
    public static IdxSummary read(InputStream images, String imagesName, InputStream labels, String labelsName) {
        try (images;
                labels;
                IdxFile imageFile = IdxFile.open(images, imagesName, IdxFile.Content.IMAGES)) {
            byte[] labelValues = IdxFile.readLabels(labels, labelsName);
            requireSameCount(imageFile.header().samples(), imagesName, labelValues.length, labelsName);
            return new IdxSummary(imageFile.header().sampleShape(), labelValues);
        } catch (IOException e) {
            throw new LockstepException(ExitCode.DATA, imagesName + " cannot be closed: " + e.getMessage(), e);
        }
    }

    static void requireSameCount(int images, String imagesName, int labels, String labelsName) {
        if (images != labels) {
            throw new LockstepException(
                    ExitCode.DATA,
                    images + " images in " + imagesName + ", " + labels + " labels in " + labelsName
                            + "; expected as many of both: do the files belong together?");
        }
    }

    /** How many samples there are. */
    public int sampleCount() {
        return labels.length;
    }

    /** The shape of one image. */
    public Shape featureShape() {
        return featureShape;
    }

    /** The class of a sample. */
    public int label(int sample) {
        return labels[sample] & 0xFF;
    }

    /** Samples of each class, for classes 0 up to the largest that occurs. */
    public List<Long> classCounts() {
        return ClassLabels.counts(labels.length, this::label, "labels");
    }

    /** The header that a part with some of the samples has when it is packed. */
    public PackedHeader packedHeader(Slice range) {
        return IdxPacker.header(range, featureShape);
    }
}
