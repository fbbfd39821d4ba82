package dev.lockstep.spark.data;

import java.util.Iterator;
import java.util.List;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * What tells a data frame from another one: its columns, and its rows in their order, wherever partitions begin. It is
 * no defence against somebody who wants two frames to look alike.
 *
 * @param rows how many
 * @param hash of all of them
 * @param factor by which the hash of rows before these is multiplied
 */
record FrameFingerprint(long rows, long hash, long factor) {
    private static final long BASE = 0x9E3779B97F4A7C15L;
    private static final FrameFingerprint NOTHING = new FrameFingerprint(0, 0, 1);
    private static final String SEPARATOR = " ";

    /** Looks at every row, on the executors. */
    static String of(Dataset<Row> frame) {
        List<String> partitions = frame.javaRDD()
                .mapPartitions(rows -> List.of(ofRows(rows).text()).iterator())
                .collect();
        FrameFingerprint all = NOTHING;
        for (String partition : partitions) {
            all = all.then(parse(partition));
        }
        return all.rows + " rows of " + ParquetSource.describe(frame.schema()) + ", "
                + String.format("%016x", all.hash);
    }

    private static FrameFingerprint ofRows(Iterator<Row> rows) {
        FrameFingerprint all = NOTHING;
        while (rows.hasNext()) {
            all = all.then(new FrameFingerprint(1, hash(rows.next()), BASE));
        }
        return all;
    }

    /** Of these rows and of others behind them. */
    private FrameFingerprint then(FrameFingerprint next) {
        return new FrameFingerprint(rows + next.rows, hash * next.factor + next.hash, factor * next.factor);
    }

    private static long hash(Row row) {
        long hash = row.length();
        for (int i = 0; i < row.length(); i++) {
            Object cell = row.get(i);
            if (cell instanceof Vector vector) {
                for (double value : vector.toArray()) {
                    hash = mixed(hash, Double.doubleToLongBits(value));
                }
            } else if (cell instanceof Number number) {
                hash = mixed(hash, Double.doubleToLongBits(number.doubleValue()));
            } else {
                hash = mixed(hash, cell == null ? 0 : cell.toString().hashCode());
            }
        }
        return hash;
    }

    /** The finalizer of SplitMix64 over both. */
    private static long mixed(long hash, long value) {
        long mixed = (hash ^ value) + BASE;
        mixed = (mixed ^ (mixed >>> 30)) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
        return mixed ^ (mixed >>> 31);
    }

    private String text() {
        return rows + SEPARATOR + hash + SEPARATOR + factor;
    }

    private static FrameFingerprint parse(String text) {
        String[] numbers = text.split(SEPARATOR, -1);
        return new FrameFingerprint(Long.parseLong(numbers[0]), Long.parseLong(numbers[1]), Long.parseLong(numbers[2]));
    }
}
