package dev.lockstep.spark.scoring;

import dev.lockstep.core.data.ElementType;
import dev.lockstep.spark.data.BadRowException;
import dev.lockstep.spark.data.PictureSamples;
import dev.lockstep.spark.data.SampleBytes;
import dev.lockstep.spark.data.TableFeatures;
import java.io.Serializable;
import java.nio.ByteBuffer;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Row;

/** How the features of a row are found, and in which form: that of the training samples, so that the bits are the same. */
sealed interface RowFeatures extends Serializable {
    /** How values are stored. */
    ElementType type();

    /** Reads rows; has buffers of its own, one for each task. */
    Reader reader();

    /** Reads rows, one after the other. */
    interface Reader {
        /**
         * Writes the values of a row.
         *
         * @param target in native order; nothing of it is changed where the row cannot be used
         * @param sample number of the sample in the target
         * @throws BadRowException when the row cannot be used
         */
        void read(Row row, ByteBuffer target, int sample);
    }

    /** Bytes in a cell. */
    record Bytes(SampleBytes bytes) implements RowFeatures {
        private static final long serialVersionUID = 1L;

        @Override
        public ElementType type() {
            return ElementType.U8;
        }

        @Override
        public Reader reader() {
            return (row, target, sample) -> target.put(sample * bytes.size(), bytes.read(row));
        }
    }

    /**
     * A picture file in a cell.
     *
     * @param pictures makes samples of them
     * @param position of the content
     * @param column its name
     * @param path position of the file's name; below 0 for none
     */
    record Pictures(PictureSamples pictures, int position, String column, int path) implements RowFeatures {
        private static final long serialVersionUID = 1L;

        @Override
        public ElementType type() {
            return ElementType.U8;
        }

        @Override
        public Reader reader() {
            return (row, target, sample) -> {
                String name = path < 0 ? "column \"" + column + '"' : String.valueOf(row.get(path));
                target.put(sample * pictures.size(), pictures.read(row, position, name));
            };
        }
    }

    /** Numbers in the columns of a table that are features as they are. */
    record Cells(TableFeatures table) implements RowFeatures {
        private static final long serialVersionUID = 1L;

        @Override
        public ElementType type() {
            return ElementType.F32;
        }

        @Override
        public Reader reader() {
            double[] numbers = new double[table.size()];
            return (row, target, sample) -> {
                table.read(row, numbers);
                put(numbers, target, sample);
            };
        }
    }

    /**
     * What the steps of a job made of a table.
     *
     * @param vector position of the features
     * @param problem position of what is wrong with the row, or null there
     */
    record Prepared(int vector, int problem) implements RowFeatures {
        private static final long serialVersionUID = 1L;

        @Override
        public ElementType type() {
            return ElementType.F32;
        }

        @Override
        public Reader reader() {
            return (row, target, sample) -> {
                if (!row.isNullAt(problem)) {
                    throw BadRowException.of(row.getString(problem));
                }
                put(((Vector) row.get(vector)).toArray(), target, sample);
            };
        }
    }

    private static void put(double[] numbers, ByteBuffer target, int sample) {
        int at = sample * numbers.length * Float.BYTES;
        for (double number : numbers) {
            target.putFloat(at, (float) number);
            at += Float.BYTES;
        }
    }
}
