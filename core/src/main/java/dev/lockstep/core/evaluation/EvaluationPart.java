package dev.lockstep.core.evaluation;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The totals of a part of the samples, on their way from the task that counted them.
 *
 * @param values counts and sums
 * @param tables what grows with the samples
 */
@SuppressWarnings("ArrayRecordComponent") // handed on once, never compared
public record EvaluationPart(double[] values, List<byte[]> tables) {
    /** What totals hold. */
    public static EvaluationPart of(EvaluationTotals totals) {
        List<byte[]> tables = new ArrayList<>();
        for (int i = 0; i < totals.tables().count(); i++) {
            tables.add(totals.tables().toBytes(i));
        }
        return new EvaluationPart(totals.values(), tables);
    }

    /** As bytes, for {@link #read}. */
    public byte[] toBytes() {
        long length = 2L * Integer.BYTES + (long) values.length * Double.BYTES;
        for (byte[] table : tables) {
            length += Integer.BYTES + table.length;
        }
        ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(length));
        bytes.putInt(values.length).putInt(tables.size());
        bytes.asDoubleBuffer().put(values);
        bytes.position(bytes.position() + values.length * Double.BYTES);
        tables.forEach(table -> bytes.putInt(table.length).put(table));
        return bytes.array();
    }

    /** Reads what {@link #toBytes} gives, to the bit. */
    public static EvaluationPart read(byte[] array) {
        ByteBuffer bytes = ByteBuffer.wrap(array);
        double[] values = new double[bytes.getInt()];
        int count = bytes.getInt();
        bytes.asDoubleBuffer().get(values);
        bytes.position(bytes.position() + values.length * Double.BYTES);
        List<byte[]> tables = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            byte[] table = new byte[bytes.getInt()];
            bytes.get(table);
            tables.add(table);
        }
        return new EvaluationPart(values, tables);
    }
}
