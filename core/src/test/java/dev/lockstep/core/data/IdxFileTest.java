package dev.lockstep.core.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

final class IdxFileTest {
    private static final IdxHeader HEADER = IdxHeader.images(5, 2, 3);

    @Test
    void readsPlainAndGzipAlikeWhateverTheirName() throws IOException {
        byte[] plain = plain(HEADER, pixels(30));
        for (byte[] file : new byte[][] {plain, gzip(plain)}) {
            try (IdxFile idx = open(file, IdxFile.Content.IMAGES)) {
                assertThat(idx.header()).isEqualTo(HEADER);
                assertThat(idx.header().sampleShape()).isEqualTo(Shape.of(2, 3));
                byte[] all = new byte[30];
                idx.read(all, 0, 5);
                assertThat(all).isEqualTo(pixels(30));
            }
        }
    }

    @Test
    void skipsToARange() throws IOException {
        try (IdxFile idx = open(gzip(plain(HEADER, pixels(30))), IdxFile.Content.IMAGES)) {
            idx.skipTo(2);
            assertThat(idx.nextSample()).isEqualTo(2);
            byte[] two = new byte[13];
            idx.read(two, 1, 2);
            assertThat(Arrays.copyOfRange(two, 1, 13)).isEqualTo(Arrays.copyOfRange(pixels(30), 12, 24));
            assertThat(idx.nextSample()).isEqualTo(4);
            assertThatThrownBy(() -> idx.skipTo(3)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> idx.read(new byte[30], 0, 2)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void namesExchangedFiles() {
        assertDataError(
                () -> open(plain(IdxHeader.labels(4), pixels(4)), IdxFile.Content.IMAGES),
                "some.gz: magic 0x00000801 is a label file; expected 0x00000803 images; are images and labels"
                        + " exchanged?");
        assertDataError(
                () -> open(plain(HEADER, pixels(30)), IdxFile.Content.LABELS),
                "some.gz: magic 0x00000803 is an image file; expected 0x00000801 labels; are images and labels"
                        + " exchanged?");
    }

    @Test
    void refusesOtherTypesByName() {
        byte[] floats = {0, 0, 0x0D, 3, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0};
        assertDataError(
                () -> open(floats, IdxFile.Content.IMAGES),
                "some.gz: magic 0x00000D03 holds values of type 32-bit float; expected unsigned bytes, 0x00000803"
                        + " images");
    }

    @Test
    void refusesWhatIsNoIdx() {
        assertDataError(
                () -> open("a,b,c".getBytes(StandardCharsets.US_ASCII), IdxFile.Content.IMAGES),
                "some.gz begins with bytes 61 2C; expected an IDX file (00 00) or a gzip of one (1F 8B)");
        assertDataError(
                () -> open(new byte[0], IdxFile.Content.IMAGES),
                "some.gz ends at byte 0; expected an IDX file, plain or gzip");
        assertDataError(
                () -> open(new byte[] {0, 0, 8, 1, 0, 0, 0, 0}, IdxFile.Content.LABELS),
                "some.gz has dimensions [0]: it holds no samples");
    }

    @Test
    void saysWhereATruncatedFileEnds() throws IOException {
        byte[] plain = plain(HEADER, pixels(30));
        byte[] cut = Arrays.copyOf(plain, 40);
        String message = "some.gz is truncated: it ends at byte 40 of 46; fetch or copy it again";
        for (byte[] file : new byte[][] {cut, gzip(cut)}) {
            assertDataError(() -> readAll(file, 0), message);
            assertDataError(() -> readAll(file, 5), message);
        }
        assertDataError(
                () -> readAll(Arrays.copyOf(plain, 9), 0),
                "some.gz is truncated: it ends at byte 9 within its header; fetch or copy it again");
    }

    @Test
    void noticesEveryTruncationOfAGzip() throws IOException {
        byte[] noise = new byte[200_000];
        new Random(7).nextBytes(noise);
        byte[] gzip = gzip(plain(IdxHeader.images(2000, 10, 10), noise));
        for (int length : new int[] {1, 5, 9, 10, 11, 500, gzip.length / 2, gzip.length - 9, gzip.length - 1}) {
            byte[] cut = Arrays.copyOf(gzip, length);
            assertThatThrownBy(() -> readAll(cut, 0))
                    .as("cut to %d of %d", length, gzip.length)
                    .isInstanceOf(LockstepException.class)
                    .hasMessageMatching(".*(truncated|ends at byte).*")
                    .message()
                    .doesNotContain("null");
        }
    }

    @Test
    void noticesADamagedGzipAndSurplusBytes() throws IOException {
        byte[] damaged = gzip(plain(HEADER, pixels(30)));
        damaged[damaged.length - 6] ^= 1;
        assertThatThrownBy(() -> readAll(damaged, 0))
                .isInstanceOf(LockstepException.class)
                .hasMessageStartingWith("some.gz is a damaged gzip file: ");
        assertDataError(
                () -> readAll(plain(HEADER, pixels(31)), 0),
                "some.gz goes on after the 46 bytes that its header [5, 2, 3] announces; the file is damaged or its"
                        + " header is wrong");
    }

    @Test
    void closesTheStreamWhenOpeningFails() {
        boolean[] closed = new boolean[1];
        InputStream stream = new ByteArrayInputStream(new byte[] {1, 2, 3}) {
            @Override
            public void close() {
                closed[0] = true;
            }
        };
        assertThatThrownBy(() -> IdxFile.open(stream, "some.gz", IdxFile.Content.IMAGES))
                .isInstanceOf(LockstepException.class);
        assertThat(closed[0]).isTrue();
    }

    @Test
    void namesTheCountsThatDiffer() {
        assertDataError(
                () -> IdxSummary.read(
                        stream(plain(HEADER, pixels(30))),
                        "images",
                        stream(plain(IdxHeader.labels(4), pixels(4))),
                        "labels"),
                "5 images in images, 4 labels in labels; expected as many of both: do the files belong together?");
    }

    @Test
    void summarisesWithoutReadingTheImages() throws IOException {
        byte[] labels = {0, 3, 3, 1, 0};
        IdxSummary summary = IdxSummary.read(
                stream(Arrays.copyOf(plain(HEADER, pixels(30)), 16)),
                "images",
                stream(plain(IdxHeader.labels(5), labels)),
                "labels");
        assertThat(summary.sampleCount()).isEqualTo(5);
        assertThat(summary.featureShape()).isEqualTo(Shape.of(2, 3));
        assertThat(summary.label(2)).isEqualTo(3);
        assertThat(summary.classCounts()).containsExactly(2L, 1L, 0L, 2L);
    }

    @Test
    void writesBytesThatAreAFunctionOfTheContent() throws IOException {
        for (int size : new int[] {1, 65_535 - 16, 65_536 - 16, 131_070 - 16, 200_000}) {
            byte[] content = pixels(size);
            IdxHeader header = IdxHeader.images(size, 1, 1);
            byte[] written = written(header, content, 1000);
            assertThat(written).isEqualTo(written(header, content, size));
            assertThat(new GZIPInputStream(stream(written)).readAllBytes()).isEqualTo(plain(header, content));
        }
        byte[] small = written(IdxHeader.labels(2), new byte[] {4, 5}, 2);
        // Known bytes: header, one final stored block of 10 bytes, CRC-32 and length.
        assertThat(HexFormat.of().formatHex(small))
                .startsWith("1f8b08000000000000ff" + "01" + "0a00" + "f5ff" + "00000801" + "00000002" + "0405")
                .endsWith("0a000000");
    }

    @Test
    void refusesTooManyAndTooFewValues() throws IOException {
        try (IdxWriter writer = new IdxWriter(new ByteArrayOutputStream(), IdxHeader.labels(2))) {
            writer.write(new byte[1], 0, 1);
            assertThatThrownBy(writer::finish).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> writer.write(new byte[2], 0, 2)).isInstanceOf(IllegalStateException.class);
        }
    }

    private static byte[] written(IdxHeader header, byte[] content, int step) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (IdxWriter writer = new IdxWriter(out, header)) {
            for (int from = 0; from < content.length; from += step) {
                writer.write(content, from, Math.min(step, content.length - from));
            }
            writer.finish();
        }
        return out.toByteArray();
    }

    private static void readAll(byte[] file, int skipTo) {
        try (IdxFile idx = open(file, IdxFile.Content.IMAGES)) {
            idx.skipTo(skipTo);
            int samples = idx.header().samples() - skipTo;
            idx.read(new byte[samples * idx.header().sampleBytes()], 0, samples);
        }
    }

    private static void assertDataError(ThrowingCallable call, String message) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        LockstepException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.DATA))
                .hasMessage(message);
    }

    private static IdxFile open(byte[] file, IdxFile.Content expected) {
        return IdxFile.open(stream(file), "some.gz", expected);
    }

    private static InputStream stream(byte[] bytes) {
        return new ByteArrayInputStream(bytes);
    }

    static byte[] pixels(int count) {
        byte[] pixels = new byte[count];
        for (int i = 0; i < count; i++) {
            pixels[i] = (byte) (i * 37 + 200);
        }
        return pixels;
    }

    /** The file as the format's description says, written without the code under test. */
    static byte[] plain(IdxHeader header, byte[] content) {
        ByteBuffer file = ByteBuffer.allocate(4 + 4 * header.dimensions().size() + content.length);
        file.put(new byte[] {0, 0, 8, (byte) header.dimensions().size()});
        header.dimensions().forEach(file::putInt);
        return file.put(content).array();
    }

    private static byte[] gzip(byte[] plain) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(plain);
        }
        return out.toByteArray();
    }
}
