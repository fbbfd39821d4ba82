package dev.lockstep.spark.tensorboard;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import javax.imageio.ImageIO;
import org.nd4j.shade.protobuf.CodedInputStream;
import org.nd4j.shade.protobuf.WireFormat;
import org.tensorflow.framework.Summary;

/**
 * An event as TensorBoard reads it from a file: by the numbers of TensorFlow's event.proto, without the code that wrote
 * it.
 *
 * @param wallTime seconds since 1970
 * @param fileVersion empty unless the event is the first of its file
 * @param sessionStatus 1 where a process began; 0 for other events
 */
public record RecordedEvent(
        double wallTime, long step, String fileVersion, int sessionStatus, List<Summary.Value> values) {
    private static final int WALL_TIME = 1;
    private static final int STEP = 2;
    private static final int FILE_VERSION = 3;
    private static final int SUMMARY = 5;
    private static final int SESSION_LOG = 7;
    private static final int SESSION_LOG_STATUS = 1;

    /** All events of a folder, in the order in which TensorBoard reads them. */
    public static List<RecordedEvent> inFolder(Path folder) throws IOException {
        List<RecordedEvent> events = new ArrayList<>();
        try (var files = Files.list(folder)) {
            for (Path file : files.sorted().toList()) {
                events.addAll(inFile(file));
            }
        }
        return events;
    }

    /** All events of a file; fails where a checksum is wrong or something is left over. */
    public static List<RecordedEvent> inFile(Path file) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        List<RecordedEvent> events = new ArrayList<>();
        while (bytes.hasRemaining()) {
            byte[] header = new byte[Long.BYTES];
            bytes.get(header);
            requireChecksum(bytes.getInt(), header);
            byte[] record = new byte
                    [Math.toIntExact(ByteBuffer.wrap(header)
                            .order(ByteOrder.LITTLE_ENDIAN)
                            .getLong())];
            bytes.get(record);
            requireChecksum(bytes.getInt(), record);
            events.add(parse(record));
        }
        return events;
    }

    private static void requireChecksum(int found, byte[] bytes) {
        CRC32C checksum = new CRC32C();
        checksum.update(bytes);
        long crc = checksum.getValue();
        long masked = (((crc >>> 15) | (crc << 17)) + 0xa282ead8L) & 0xffffffffL;
        if ((found & 0xffffffffL) != masked) {
            throw new AssertionError(
                    "checksum " + Integer.toHexString(found) + ", expected " + Long.toHexString(masked));
        }
    }

    private static RecordedEvent parse(byte[] record) throws IOException {
        double wallTime = 0;
        long step = 0;
        String fileVersion = "";
        int sessionStatus = 0;
        List<Summary.Value> values = List.of();
        CodedInputStream in = CodedInputStream.newInstance(record);
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            switch (WireFormat.getTagFieldNumber(tag)) {
                case WALL_TIME -> wallTime = in.readDouble();
                case STEP -> step = in.readInt64();
                case FILE_VERSION -> fileVersion = in.readString();
                case SUMMARY -> values = Summary.parseFrom(in.readByteArray()).getValueList();
                case SESSION_LOG -> sessionStatus = sessionStatus(in.readByteArray());
                default -> throw new AssertionError("unexpected field " + WireFormat.getTagFieldNumber(tag));
            }
        }
        return new RecordedEvent(wallTime, step, fileVersion, sessionStatus, values);
    }

    private static int sessionStatus(byte[] sessionLog) throws IOException {
        CodedInputStream in = CodedInputStream.newInstance(sessionLog);
        if (WireFormat.getTagFieldNumber(in.readTag()) != SESSION_LOG_STATUS) {
            throw new AssertionError("expected the status of the session");
        }
        return in.readEnum();
    }

    /** The figure of a tag; fails where there is none. */
    public double figure(String tag) {
        return value(tag).getSimpleValue();
    }

    /** The value of a tag; fails where there is none. */
    public Summary.Value value(String tag) {
        return values.stream()
                .filter(value -> value.getTag().equals(tag))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + tag + " among " + tags()));
    }

    /** The tags of the values. */
    public List<String> tags() {
        return values.stream().map(Summary.Value::getTag).toList();
    }

    /** The image of a tag, decoded; fails where its size is another than it says. */
    public java.awt.image.BufferedImage image(String tag) {
        Summary.Image image = value(tag).getImage();
        try {
            var decoded = ImageIO.read(
                    new ByteArrayInputStream(image.getEncodedImageString().toByteArray()));
            if (decoded.getWidth() != image.getWidth() || decoded.getHeight() != image.getHeight()) {
                throw new AssertionError("the image has another size than it says");
            }
            return decoded;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
