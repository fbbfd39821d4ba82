package dev.lockstep.spark.tensorboard;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * TensorFlow's framing of records, little-endian: the length (8 bytes), its checksum (4), the record, its checksum (4).
 */
final class RecordFraming {
    private static final int MASK_DELTA = 0xa282ead8;

    private RecordFraming() {}

    /** A record in its frame. */
    static byte[] frame(byte[] record) {
        ByteBuffer frame = ByteBuffer.allocate(Math.addExact(record.length, Long.BYTES + 2 * Integer.BYTES))
                .order(ByteOrder.LITTLE_ENDIAN);
        frame.putLong(record.length);
        frame.putInt(maskedChecksum(frame.array(), 0, Long.BYTES));
        frame.put(record);
        frame.putInt(maskedChecksum(record, 0, record.length));
        return frame.array();
    }

    /** The CRC-32C, turned and shifted: the checksum of bytes that hold their own checksum would tell little. */
    private static int maskedChecksum(byte[] bytes, int from, int length) {
        CRC32C checksum = new CRC32C();
        checksum.update(bytes, from, length);
        return Integer.rotateRight((int) checksum.getValue(), 15) + MASK_DELTA;
    }
}
