package dev.lockstep.spark.data;

import dev.lockstep.core.data.ImageFolderData;
import dev.lockstep.core.data.ImageFolderData.ColorMode;
import dev.lockstep.core.data.ImageFolderData.Interpolation;
import dev.lockstep.spark.data.PictureDecoder.UnreadablePictureException;
import java.io.Serializable;
import org.apache.spark.sql.Row;

/**
 * Makes samples of the contents of picture files, as those of the training were made.
 *
 * @param height of a sample
 * @param width of a sample
 * @param colorMode of a sample
 * @param interpolation how it gets that size
 */
public record PictureSamples(int height, int width, ColorMode colorMode, Interpolation interpolation)
        implements Serializable {
    private static final long serialVersionUID = 1L;

    /** The samples of a job's pictures. */
    public static PictureSamples of(ImageFolderData data) {
        return new PictureSamples(data.height(), data.width(), data.colorMode(), data.interpolation());
    }

    /** Bytes of a sample. */
    public int size() {
        return height * width * colorMode.channels();
    }

    /**
     * The sample (height, width, channels) of the picture in a cell. Runs on an executor.
     *
     * @param position of the cell, which holds a file's content
     * @param name of the picture, for the message
     * @throws BadRowException when it is no picture
     */
    public byte[] read(Row row, int position, String name) {
        if (row.isNullAt(position)) {
            throw new BadRowException(name + ": there is no content");
        }
        try {
            return new PictureResizer(height, width, colorMode, interpolation)
                    .resize(PictureDecoder.decode(row.getAs(position)));
        } catch (UnreadablePictureException e) {
            throw new BadRowException(name + ": " + e.getMessage());
        }
    }
}
