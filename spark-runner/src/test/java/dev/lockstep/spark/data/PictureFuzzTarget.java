package dev.lockstep.spark.data;

import dev.lockstep.core.data.ImageFolderData.ColorMode;
import dev.lockstep.core.data.ImageFolderData.Interpolation;
import dev.lockstep.core.fuzz.FuzzTarget;
import dev.lockstep.spark.data.PictureDecoder.UnreadablePictureException;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;

/** A picture file: PNG, JPEG, GIF or BMP, decoded and made a sample. */
public final class PictureFuzzTarget implements FuzzTarget {
    /** Deflate makes no more than 1032 bytes of one, each of eight pixels at most. */
    private static final long MOST_PIXELS_A_BYTE = 8 * 1_032;

    @Override
    public String name() {
        return "picture";
    }

    @Override
    public List<byte[]> seeds() throws IOException {
        List<byte[]> seeds = new ArrayList<>();
        int[] kinds = {
            BufferedImage.TYPE_INT_RGB,
            BufferedImage.TYPE_BYTE_GRAY,
            BufferedImage.TYPE_BYTE_INDEXED,
            BufferedImage.TYPE_BYTE_BINARY
        };
        for (String format : new String[] {"png", "jpeg", "gif", "bmp"}) {
            for (int kind : kinds) {
                BufferedImage image = new BufferedImage(9, 7, kind);
                image.setRGB(3, 3, 0xFFFFFF);
                ByteArrayOutputStream bytes = new ByteArrayOutputStream();
                if (ImageIO.write(image, format, bytes)) {
                    seeds.add(bytes.toByteArray());
                }
            }
        }
        return seeds;
    }

    @Override
    public void read(byte[] input) throws UnreadablePictureException {
        BufferedImage image = PictureDecoder.decode(input);
        byte[] grey = new PictureResizer(4, 5, ColorMode.GRAYSCALE, Interpolation.BILINEAR).resize(image);
        byte[] colours = new PictureResizer(4, 5, ColorMode.RGB, Interpolation.AREA).resize(image);
        if (grey.length * 3 != colours.length) {
            throw new AssertionError(grey.length + " and " + colours.length + " bytes");
        }
    }

    /** It is told with the file's name, beside all others. */
    @Override
    public boolean isRefusal(Throwable thrown) {
        return thrown instanceof UnreadablePictureException;
    }

    /** What a decoder holds for the pixels that so many bytes can hold, and no more than for the largest picture. */
    @Override
    public long mostAllocatedBytes(int inputBytes) {
        long pixels = Math.min(PictureDecoder.MOST_PIXELS, MOST_PIXELS_A_BYTE * inputBytes);
        return (16L << 20) + 24 * pixels + 64L * inputBytes;
    }

    @Override
    public List<String> words() {
        return List.of("IHDR", "PLTE", "IDAT", "tRNS", "iCCP", "zTXt", "GIF89a", "BM", "ICC_PROFILE", "Adobe");
    }
}
