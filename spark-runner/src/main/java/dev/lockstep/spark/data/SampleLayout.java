package dev.lockstep.spark.data;

import dev.lockstep.core.data.CsvData;
import dev.lockstep.core.data.DataSpec;
import dev.lockstep.core.data.DigitsData;
import dev.lockstep.core.data.ElementType;
import dev.lockstep.core.data.FeatureEncoding;
import dev.lockstep.core.data.IdxData;
import dev.lockstep.core.data.IdxFile;
import dev.lockstep.core.data.IdxHeader;
import dev.lockstep.core.data.ImageFolderData;
import dev.lockstep.core.data.ParquetData;
import dev.lockstep.core.data.Shape;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.jspecify.annotations.Nullable;

/**
 * What can be told of a job's training samples without Spark and without packing them.
 *
 * @param features of one sample
 * @param encoding as they are packed
 * @param samples in the files, those kept for validation included
 */
public record SampleLayout(Shape features, FeatureEncoding encoding, int samples) {
    private static final Shape DIGIT = Shape.of(28, 28);

    /**
     * Reads headers; the rows of CSV files are counted, and their categories where there are any, unless their number is given.
     *
     * @param knownSamples their number, or null to find it out
     * @throws dev.lockstep.core.error.LockstepException when files are missing or damaged
     */
    public static SampleLayout of(DataSpec data, @Nullable Integer knownSamples, Configuration configuration) {
        if (data instanceof DigitsData digits) {
            return bytes(DIGIT, digits, knownSamples == null ? digits.trainSamples() : knownSamples);
        } else if (data instanceof IdxData idx) {
            IdxHeader header = header(idx, configuration);
            return bytes(header.sampleShape(), idx, knownSamples == null ? header.samples() : knownSamples);
        } else if (data instanceof CsvData csv) {
            return CsvSamples.layout(csv, knownSamples, configuration);
        } else if (data instanceof ParquetData parquet) {
            return ParquetSamples.layout(parquet, knownSamples, configuration);
        } else if (data instanceof ImageFolderData folder) {
            int pictures = ImageFolder.list(folder, DatasetRole.TRAIN, configuration)
                    .pictures()
                    .size();
            return bytes(folder.shape(), folder, knownSamples == null ? pictures : knownSamples);
        }
        throw new IllegalStateException("no reader is registered for " + data.getClass());
    }

    private static SampleLayout bytes(Shape shape, DataSpec data, int samples) {
        return new SampleLayout(shape, new FeatureEncoding(ElementType.U8, data.scale()), samples);
    }

    private static IdxHeader header(IdxData data, Configuration configuration) {
        Path images = new Path(HadoopFiles.qualify(data.directory(), configuration), data.trainImages());
        try (IdxFile file =
                IdxFile.open(HadoopFiles.open(images, configuration), images.toString(), IdxFile.Content.IMAGES)) {
            return file.header();
        }
    }
}
