package dev.lockstep.spark.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.core.data.ImageFolderData.ColorMode;
import dev.lockstep.core.data.ImageFolderData.Interpolation;
import dev.lockstep.spark.data.PictureDecoder.UnreadablePictureException;
import java.awt.image.BufferedImage;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** From the bytes of a picture file to the bytes of a sample. */
class PictureResizerTest {
    static byte[] file(BufferedImage image, String format) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        assertThat(ImageIO.write(image, format, bytes))
                .as("a writer for %s", format)
                .isTrue();
        return bytes.toByteArray();
    }

    /** Of one row of colours. */
    static BufferedImage row(int type, int... colours) {
        BufferedImage image = new BufferedImage(colours.length, 1, type);
        for (int x = 0; x < colours.length; x++) {
            image.setRGB(x, 0, colours[x]);
        }
        return image;
    }

    private static int[] sample(byte[] file, int height, int width, ColorMode colors, Interpolation interpolation)
            throws UnreadablePictureException {
        byte[] sample = new PictureResizer(height, width, colors, interpolation).resize(PictureDecoder.decode(file));
        int[] values = new int[sample.length];
        Arrays.setAll(values, i -> sample[i] & 0xFF);
        return values;
    }

    private static int[] sample(BufferedImage image, int width, Interpolation interpolation) throws Exception {
        return sample(file(image, "png"), 1, width, ColorMode.GRAYSCALE, interpolation);
    }

    private static BufferedImage grey(int... values) {
        BufferedImage image = new BufferedImage(values.length, 1, BufferedImage.TYPE_BYTE_GRAY);
        image.getRaster().setPixels(0, 0, values.length, 1, values);
        return image;
    }

    @Test
    void pixelsAreHeightWidthChannels() throws Exception {
        BufferedImage image = new BufferedImage(2, 2, BufferedImage.TYPE_INT_RGB);
        image.setRGB(0, 0, 0x010203);
        image.setRGB(1, 0, 0x040506);
        image.setRGB(0, 1, 0x070809);
        image.setRGB(1, 1, 0x0A0BFF);
        for (Interpolation interpolation : Interpolation.values()) {
            assertThat(sample(file(image, "png"), 2, 2, ColorMode.RGB, interpolation))
                    .containsExactly(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 255);
        }
        assertThat(sample(file(image, "bmp"), 2, 2, ColorMode.RGB, Interpolation.BILINEAR))
                .containsExactly(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 255);
    }

    @Test
    void coloursBecomeGreyByTheirBrightness() throws Exception {
        byte[] file = file(row(BufferedImage.TYPE_INT_RGB, 0xFF0000, 0x00FF00, 0x0000FF, 0xFFFFFF), "png");
        assertThat(sample(file, 1, 4, ColorMode.GRAYSCALE, Interpolation.BILINEAR))
                .containsExactly(76, 150, 29, 255);
    }

    /** Java takes grey for linear light: by its getRGB the value 100 would be 169. */
    @Test
    void greyStaysAsStored() throws Exception {
        byte[] png = file(grey(0, 100, 255), "png");
        assertThat(sample(png, 1, 3, ColorMode.GRAYSCALE, Interpolation.BILINEAR))
                .containsExactly(0, 100, 255);
        assertThat(sample(png, 1, 3, ColorMode.RGB, Interpolation.BILINEAR))
                .containsExactly(0, 0, 0, 100, 100, 100, 255, 255, 255);
        BufferedImage flat = new BufferedImage(8, 8, BufferedImage.TYPE_BYTE_GRAY);
        int[] hundred = new int[64];
        Arrays.fill(hundred, 100);
        flat.getRaster().setPixels(0, 0, 8, 8, hundred);
        assertThat(sample(file(flat, "jpg"), 8, 8, ColorMode.GRAYSCALE, Interpolation.BILINEAR))
                .containsOnly(100);
        BufferedImage sixteenBits = new BufferedImage(2, 1, BufferedImage.TYPE_USHORT_GRAY);
        sixteenBits.getRaster().setPixels(0, 0, 2, 1, new int[] {0x6400, 0xFFFF});
        assertThat(sample(file(sixteenBits, "png"), 1, 2, ColorMode.GRAYSCALE, Interpolation.BILINEAR))
                .containsExactly(100, 255);
    }

    @Test
    void palettesOneBitAndTransparency() throws Exception {
        byte[] gif = file(row(BufferedImage.TYPE_BYTE_INDEXED, 0xFF0000, 0x0000FF), "gif");
        assertThat(sample(gif, 1, 2, ColorMode.RGB, Interpolation.BILINEAR)).containsExactly(255, 0, 0, 0, 0, 255);
        byte[] oneBit = file(row(BufferedImage.TYPE_BYTE_BINARY, 0xFFFFFF, 0), "png");
        assertThat(sample(oneBit, 1, 2, ColorMode.GRAYSCALE, Interpolation.BILINEAR))
                .containsExactly(255, 0);
        byte[] halfTransparent = file(row(BufferedImage.TYPE_INT_ARGB, 0x80102030, 0xFF405060), "png");
        assertThat(sample(halfTransparent, 1, 2, ColorMode.RGB, Interpolation.BILINEAR))
                .containsExactly(16, 32, 48, 64, 80, 96);
    }

    /** Places by hand: bilinear 4 to 2 is at 0.5 and 2.5; 2 to 4 is at -0.25, 0.25, 0.75, 1.25. */
    @Test
    void sizesByHand() throws Exception {
        assertThat(sample(grey(0, 100, 200, 40), 2, Interpolation.BILINEAR)).containsExactly(50, 120);
        assertThat(sample(grey(0, 100), 4, Interpolation.BILINEAR)).containsExactly(0, 25, 75, 100);
        assertThat(sample(grey(0, 100, 200, 40), 2, Interpolation.NEAREST)).containsExactly(100, 40);
        assertThat(sample(grey(0, 100, 200), 1, Interpolation.NEAREST)).containsExactly(100);
        assertThat(sample(grey(30, 90, 150), 2, Interpolation.AREA)).containsExactly(50, 130);
        assertThat(sample(grey(10, 20), 4, Interpolation.AREA)).containsExactly(10, 10, 20, 20);
        // Two rows of the same width: their mean.
        BufferedImage column = new BufferedImage(1, 2, BufferedImage.TYPE_BYTE_GRAY);
        column.getRaster().setPixels(0, 0, 1, 2, new int[] {20, 41});
        assertThat(sample(file(column, "png"), 1, 1, ColorMode.GRAYSCALE, Interpolation.AREA))
                .containsExactly(31);
    }

    private static void assertUnreadable(byte[] file, String... parts) {
        assertThatThrownBy(() -> PictureDecoder.decode(file))
                .isInstanceOf(UnreadablePictureException.class)
                .hasMessageContainingAll(parts);
    }

    @Test
    void whatIsNoPictureSaysSo() {
        assertUnreadable(new byte[0], "empty");
        assertUnreadable("not a picture".getBytes(StandardCharsets.US_ASCII), "no PNG, JPEG, BMP or GIF");
    }

    @ParameterizedTest
    @ValueSource(strings = {"png", "jpg", "bmp", "gif"})
    void aFileThatEndsTooEarlyIsNoPicture(String format) throws IOException {
        BufferedImage image = new BufferedImage(60, 60, BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < 3600; i++) {
            image.setRGB(i % 60, i / 60, i * 7919);
        }
        byte[] file = file(image, format);
        assertUnreadable(Arrays.copyOf(file, file.length / 2), "cut off");
    }

    /** A few bytes that announce ten thousand million pixels. */
    @Test
    void aPictureBombIsNotDecoded() throws IOException {
        ByteArrayOutputStream header = new ByteArrayOutputStream();
        DataOutputStream fields = new DataOutputStream(header);
        fields.writeBytes("IHDR");
        fields.writeInt(100_000);
        fields.writeInt(100_000);
        fields.write(new byte[] {8, 2, 0, 0, 0});
        CRC32 checksum = new CRC32();
        checksum.update(header.toByteArray());
        ByteArrayOutputStream bomb = new ByteArrayOutputStream();
        DataOutputStream file = new DataOutputStream(bomb);
        file.write(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'});
        file.writeInt(13);
        file.write(header.toByteArray());
        file.writeInt((int) checksum.getValue());
        file.writeInt(0);
        file.writeBytes("IDAT");
        file.writeInt(0x35AF061E);
        assertUnreadable(bomb.toByteArray(), "100000 x 100000 pixels", String.valueOf(PictureDecoder.MOST_PIXELS));
    }

    @Test
    void coloursOfPrintersAreNamed() throws IOException {
        WritableRaster fourColours = Raster.createInterleavedRaster(0, 8, 8, 4, null);
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ImageOutputStream stream = ImageIO.createImageOutputStream(bytes)) {
            writer.setOutput(stream);
            writer.write(null, new IIOImage(fourColours, null, null), null);
        } finally {
            writer.dispose();
        }
        byte[] unmarked = bytes.toByteArray();
        assertUnreadable(unmarked, "CMYK", "RGB");
        // As Photoshop marks it: a segment after the first two bytes.
        byte[] mark = {(byte) 0xFF, (byte) 0xEE, 0, 14, 'A', 'd', 'o', 'b', 'e', 0, 100, 0, 0, 0, 0, 0};
        byte[] marked = Arrays.copyOf(unmarked, unmarked.length + mark.length);
        System.arraycopy(mark, 0, marked, 2, mark.length);
        System.arraycopy(unmarked, 2, marked, 2 + mark.length, unmarked.length - 2);
        assertUnreadable(marked, "CMYK", "RGB");
    }
}
