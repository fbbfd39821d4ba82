package dev.lockstep.spark.data;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lockstep.core.data.ElementType;
import dev.lockstep.core.data.ImageFolderData.ColorMode;
import dev.lockstep.core.data.ImageFolderData.Interpolation;
import dev.lockstep.core.data.PackedHeader;
import dev.lockstep.core.data.PackedPart;
import dev.lockstep.core.data.PackedWriter;
import dev.lockstep.core.data.Shape;
import dev.lockstep.spark.data.ImageFolder.Picture;
import dev.lockstep.spark.data.PictureDecoder.UnreadablePictureException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.jspecify.annotations.Nullable;

/**
 * What one task packs: some pictures into one part file. Travels as JSON.
 *
 * @param number of the part
 * @param firstSample index of its first sample
 * @param height of a sample
 * @param width of a sample
 * @param colorMode of a sample
 * @param interpolation how it gets that size
 * @param pictures in the order of the samples
 * @param directory where the part goes
 */
record PicturePiece(
        int number,
        int firstSample,
        int height,
        int width,
        ColorMode colorMode,
        Interpolation interpolation,
        List<Picture> pictures,
        String directory) {
    /**
     * A picture that could not be used.
     *
     * @param path of the file
     * @param reason a sentence
     */
    record Unreadable(String path, String reason) {}

    /**
     * What came of a piece.
     *
     * @param part written, or null where a picture was unreadable
     * @param unreadable those pictures
     */
    record Outcome(@Nullable PackedPart part, List<Unreadable> unreadable) {
        static Outcome fromJson(String json) {
            return PicturePiece.fromJson(json, Outcome.class);
        }
    }

    private static final int MOST_FILE_BYTES = 1 << 28;
    private static final ObjectMapper MAPPER = new ObjectMapper();

    /** Ends the writing of a part that will not be whole. */
    private static final class NotWholeException extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    static PackedHeader header(int firstSample, int samples, Shape shape) {
        return new PackedHeader(firstSample, samples, shape, ElementType.U8, 1, ElementType.I32);
    }

    /** Runs on an executor: decodes all pictures; the part stays only if each of them could be read. */
    Outcome pack() {
        String name = IdxDatasetPacker.partName(number);
        Configuration configuration = HadoopFiles.configuration();
        List<Unreadable> unreadable = new ArrayList<>();
        PackedPart[] part = new PackedPart[1];
        Shape shape = Shape.of(height, width, colorMode.channels());
        try {
            HadoopFiles.writeWhole(
                    new Path(directory, name),
                    header(firstSample, pictures.size(), shape).fileBytes(),
                    configuration,
                    stream -> part[0] = write(stream, name, configuration, unreadable));
            return new Outcome(part[0], List.of());
        } catch (NotWholeException e) {
            return new Outcome(null, unreadable);
        } catch (IOException e) {
            throw new UncheckedIOException("packing pictures into " + directory + "/" + name, e);
        }
    }

    private PackedPart write(OutputStream stream, String name, Configuration configuration, List<Unreadable> unreadable)
            throws IOException {
        PictureResizer resizer = new PictureResizer(height, width, colorMode, interpolation);
        Shape shape = Shape.of(height, width, colorMode.channels());
        float[] label = new float[1];
        try (PackedWriter writer = new PackedWriter(stream, header(firstSample, pictures.size(), shape))) {
            for (Picture picture : pictures) {
                try {
                    byte[] sample = resizer.resize(PictureDecoder.decode(bytes(picture.path(), configuration)));
                    label[0] = picture.label();
                    writer.writeFeatures(sample, 0, sample.length);
                    writer.writeLabels(label, 0, 1);
                } catch (UnreadablePictureException e) {
                    // The others are looked at all the same: all that is wrong is told at once.
                    unreadable.add(new Unreadable(picture.path(), String.valueOf(e.getMessage())));
                }
            }
            if (!unreadable.isEmpty()) {
                throw new NotWholeException();
            }
            return writer.finish(name);
        }
    }

    /** The content of a file of reasonable size. */
    static byte[] bytes(String path, Configuration configuration) throws IOException, UnreadablePictureException {
        try (InputStream file = HadoopFiles.open(new Path(path), configuration)) {
            byte[] bytes = file.readNBytes(MOST_FILE_BYTES + 1);
            if (bytes.length > MOST_FILE_BYTES) {
                throw new UnreadablePictureException("the file has more than " + MOST_FILE_BYTES + " bytes");
            }
            return bytes;
        }
    }

    static PicturePiece fromJson(String json) {
        return fromJson(json, PicturePiece.class);
    }

    static String toJson(Record value) {
        try {
            return MAPPER.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a record of strings and numbers is always JSON", e);
        }
    }

    private static <T> T fromJson(String json, Class<T> type) {
        try {
            return MAPPER.readValue(json, type);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the driver and a task run different versions of Lockstep", e);
        }
    }
}
