package dev.lockstep.core.data;

import dev.lockstep.core.fuzz.FuzzFiles;
import dev.lockstep.core.fuzz.FuzzTarget;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;

/** A pair of IDX files, plain or gzip: looked at as the driver does, then packed as executors do. */
public final class IdxFuzzTarget implements FuzzTarget {
    /** Deflate makes no more than 1032 bytes of one. */
    private static final long MOST_EXPANSION = 1_032;

    @Override
    public String name() {
        return "idx";
    }

    @Override
    public List<byte[]> seeds() throws IOException {
        byte[] images = file(IdxHeader.images(6, 3, 2));
        byte[] labels = file(IdxHeader.labels(6));
        return List.of(
                pair(images, labels),
                pair(gzip(images), gzip(labels)),
                pair(written(IdxHeader.images(2, 4, 4)), written(IdxHeader.labels(2))),
                pair(file(new IdxHeader(List.of(2, 2, 2, 3))), file(IdxHeader.labels(2))));
    }

    private static byte[] pair(byte[] images, byte[] labels) {
        Map<String, byte[]> files = new LinkedHashMap<>();
        files.put("images", images);
        files.put("labels", labels);
        return FuzzFiles.joined(files);
    }

    private static byte[] file(IdxHeader header) {
        ByteBuffer file = ByteBuffer.allocate((int) header.fileBytes());
        file.putInt(header.magic());
        header.dimensions().forEach(file::putInt);
        for (int i = 0; file.hasRemaining(); i++) {
            file.put((byte) (i % 3));
        }
        return file.array();
    }

    private static byte[] written(IdxHeader header) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        byte[] content = file(header);
        try (IdxWriter writer = new IdxWriter(bytes, header)) {
            writer.write(content, header.headerBytes(), content.length - header.headerBytes());
            writer.finish();
        }
        return bytes.toByteArray();
    }

    private static byte[] gzip(byte[] content) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(bytes)) {
            out.write(content);
        }
        return bytes.toByteArray();
    }

    @Override
    public void read(byte[] input) throws IOException {
        Map<String, byte[]> files = FuzzFiles.split(input);
        byte[] images = files.getOrDefault("images", new byte[0]);
        byte[] labels = files.getOrDefault("labels", new byte[0]);
        IdxSummary summary = IdxSummary.read(in(images), "images", in(labels), "labels");
        summary.classCounts();
        int samples = summary.sampleCount();
        PackedHeader header = summary.packedHeader(new Slice(0, samples));
        if (header.samples() != samples) {
            throw new AssertionError(header + " of " + samples + " samples");
        }
        for (int piece = 0; piece < Math.min(samples, 2); piece++) {
            IdxPacker.pack(
                    in(images),
                    "images",
                    in(labels),
                    "labels",
                    Slice.of(0, samples, Math.min(samples, 2), piece),
                    "part",
                    OutputStream.nullOutputStream());
        }
    }

    private static ByteArrayInputStream in(byte[] bytes) {
        return new ByteArrayInputStream(bytes);
    }

    /** Labels are held; images pass through, in blocks of one mebibyte. */
    @Override
    public long mostAllocatedBytes(int inputBytes) {
        return (8L << 20) + 8 * MOST_EXPANSION * inputBytes;
    }
}
