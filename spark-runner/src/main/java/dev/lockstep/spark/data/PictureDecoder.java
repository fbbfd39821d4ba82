package dev.lockstep.spark.data;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Iterator;
import java.util.Locale;
import java.util.Set;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * Decodes picture files with the decoders of the JDK. The content tells the format, not the name of the file. What a
 * header announces is looked at before memory is asked for.
 */
final class PictureDecoder {
    /** About 64 million: a picture of 8192 x 8192, of 200 to 270 MB once decoded. */
    static final long MOST_PIXELS = 1L << 26;

    /** Deflate makes no more than 1032 bytes of one, each of eight pixels at most; the other formats pack less. */
    private static final long MOST_PIXELS_A_BYTE = 8 * 1_032;

    /** A row is held as numbers while it is resized. JPEG and GIF know no longer sides. */
    private static final int LONGEST_SIDE = 65_535;

    private static final Set<String> FORMATS = Set.of("png", "jpeg", "bmp", "gif");
    private static final int RGB_COLOURS = 3;
    private static final String PRINTERS_COLOURS = "its colours are none that Java decodes (CMYK?); save it as RGB";
    private static final String HEADLESS = "java.awt.headless";

    static {
        // Decoding needs no screen, and must not look for one on a server.
        if (System.getProperty(HEADLESS) == null) {
            System.setProperty(HEADLESS, "true");
        }
    }

    private PictureDecoder() {}

    /** Why a picture cannot be used, as a sentence without its name. */
    static final class UnreadablePictureException extends Exception {
        private static final long serialVersionUID = 1L;

        UnreadablePictureException(String message) {
            super(message);
        }

        private UnreadablePictureException(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /** The first picture of a file. */
    static BufferedImage decode(byte[] file) throws UnreadablePictureException {
        if (file.length == 0) {
            throw new UnreadablePictureException("the file is empty");
        }
        try (ImageInputStream stream = new MemoryCacheImageInputStream(new ByteArrayInputStream(file))) {
            Iterator<ImageReader> readers = ImageIO.getImageReaders(stream);
            while (readers.hasNext()) {
                ImageReader reader = readers.next();
                try {
                    if (FORMATS.contains(reader.getFormatName().toLowerCase(Locale.ROOT))) {
                        return decode(reader, stream, file.length);
                    }
                } finally {
                    reader.dispose();
                }
            }
        } catch (IOException | RuntimeException e) {
            // A damaged file meets the decoders at places that were not made for it.
            throw new UnreadablePictureException(reason(e), e);
        }
        throw new UnreadablePictureException("its content is no PNG, JPEG, BMP or GIF");
    }

    private static BufferedImage decode(ImageReader reader, ImageInputStream stream, int fileBytes)
            throws IOException, UnreadablePictureException {
        // Without metadata: texts and profiles may be compressed, and unpack to any size.
        reader.setInput(stream, true, true);
        int width = reader.getWidth(0);
        int height = reader.getHeight(0);
        if ((long) width * height > MOST_PIXELS) {
            throw new UnreadablePictureException("it has " + width + " x " + height + " pixels, at most " + MOST_PIXELS
                    + " are read; make it smaller");
        }
        if (Math.max(width, height) > LONGEST_SIDE) {
            throw new UnreadablePictureException("it has " + width + " x " + height + " pixels, sides of at most "
                    + LONGEST_SIDE + " are read; make it smaller");
        }
        if ((long) width * height > MOST_PIXELS_A_BYTE * fileBytes) {
            throw new UnreadablePictureException("it announces " + width + " x " + height + " pixels, more than its "
                    + fileBytes + " bytes can hold; the file is damaged or cut off");
        }
        boolean[] truncated = new boolean[1];
        reader.addIIOReadWarningListener((source, warning) -> truncated[0] |= warning.contains("Truncated"));
        BufferedImage image = reader.read(0);
        if (truncated[0]) {
            throw new UnreadablePictureException("the file is cut off");
        }
        if (reader.getFormatName().equalsIgnoreCase("jpeg")
                && image.getColorModel().getNumComponents() > RGB_COLOURS) {
            // Java takes the fourth ink of an unmarked file for transparency.
            throw new UnreadablePictureException(PRINTERS_COLOURS);
        }
        return image;
    }

    private static String reason(Exception failure) {
        String message = failure.getMessage();
        if (message == null) {
            return "the file is damaged or cut off (" + failure.getClass().getSimpleName() + ")";
        }
        return message.contains("Unsupported Image Type")
                ? PRINTERS_COLOURS
                : "the file is damaged or cut off (" + message + ")";
    }
}
