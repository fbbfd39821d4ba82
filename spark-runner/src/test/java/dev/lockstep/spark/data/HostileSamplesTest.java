package dev.lockstep.spark.data;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.core.data.CsvData;
import dev.lockstep.core.error.LockstepException;
import dev.lockstep.spark.data.PictureDecoder.UnreadablePictureException;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pictures and tables that announce more than they have, or have more than is read. */
class HostileSamplesTest {
    private static final int HEADER_AT = 16;
    private static final int HEADER_BYTES = 17;

    /** A small PNG whose header says something else; its checksum is right. */
    private static byte[] png(int width, int height) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ImageIO.write(new BufferedImage(2, 2, BufferedImage.TYPE_BYTE_GRAY), "png", bytes);
        ByteBuffer png = ByteBuffer.wrap(bytes.toByteArray());
        png.putInt(HEADER_AT, width).putInt(HEADER_AT + 4, height);
        CRC32 checksum = new CRC32();
        checksum.update(png.array(), HEADER_AT - 4, HEADER_BYTES);
        png.putInt(HEADER_AT - 4 + HEADER_BYTES, (int) checksum.getValue());
        return png.array();
    }

    @Test
    void aPictureIsNotBelievedMoreThanItsBytesCanHold() throws IOException {
        byte[] large = png(8_000, 8_000);
        assertThatThrownBy(() -> PictureDecoder.decode(large))
                .isInstanceOf(UnreadablePictureException.class)
                .hasMessage("it announces 8000 x 8000 pixels, more than its " + large.length
                        + " bytes can hold; the file is damaged or cut off");
        byte[] wide = png(70_000, 1);
        assertThatThrownBy(() -> PictureDecoder.decode(wide)).hasMessageContaining("sides of at most 65535 are read");
    }

    @Test
    void aLineOfMoreCellsThanAreReadIsRefusedWithItsNumber(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("wide.csv");
        Files.writeString(file, "a,y\n1,0\n" + ",".repeat(30_000) + "\n");
        CsvData data = CsvTables.plain(file, null, "y", List.of(), true, ",");
        try (CsvLines lines = new CsvLines(new org.apache.hadoop.fs.Path(file.toUri()), data, new Configuration())) {
            lines.next();
            lines.next();
            assertThatThrownBy(lines::next)
                    .isInstanceOf(LockstepException.class)
                    .hasMessageContaining("wide.csv line 3: cannot be cut into cells, of which there may be 20480");
        }
    }
}
