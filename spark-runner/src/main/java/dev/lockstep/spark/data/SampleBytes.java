package dev.lockstep.spark.data;

import java.io.Serializable;
import org.apache.spark.sql.Row;

/**
 * Samples whose values are bytes, in a column of their own.
 *
 * @param column its name
 * @param position where it is
 * @param size bytes of a sample
 */
public record SampleBytes(String column, int position, int size) implements Serializable {
    private static final long serialVersionUID = 1L;

    /**
     * The sample of a row. Runs on an executor.
     *
     * @throws BadRowException when it is none
     */
    public byte[] read(Row row) {
        if (row.isNullAt(position)) {
            throw new BadRowException(TableCells.where(column) + "null, expected " + size + " bytes");
        }
        byte[] bytes = row.getAs(position);
        if (bytes.length != size) {
            throw new BadRowException(TableCells.where(column) + bytes.length + " bytes, expected " + size);
        }
        return bytes;
    }
}
