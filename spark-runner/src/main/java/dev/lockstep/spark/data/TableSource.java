package dev.lockstep.spark.data;

import dev.lockstep.core.data.CsvData;
import dev.lockstep.core.data.ParquetData;
import dev.lockstep.core.data.TabularData;
import java.util.List;
import java.util.SortedMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/** Files of rows in one format: what differs between the formats of tables. */
interface TableSource {
    /**
     * The columns that all files have.
     *
     * @throws dev.lockstep.core.error.LockstepException when the files differ, or none has any
     */
    StructType columns();

    /**
     * The rows of a file in its order. A last column that {@link #columns} does not have holds, where it is not null, a
     * row that could not be cut into cells.
     */
    Dataset<Row> rows(Path file);

    /**
     * Says of rows of a file where they are and what is wrong with them.
     *
     * @param problems by the row's number in the file, from 0; empty where it could not be cut into cells
     */
    List<String> describe(Path file, SortedMap<Long, String> problems);

    /** What can be done about rows that cannot be used, to be read behind a list of them. */
    default String remedy() {
        return "mend or remove them, leave a column out by data.ignore, or fill what is missing by data.preprocessing:"
                + " [fill_missing]";
    }

    /** What one row is, for the message that there is none. */
    String rowExpected();

    /** The source of a job's table. */
    static TableSource of(TabularData data, List<Path> files, SparkSession session, Configuration configuration) {
        if (data instanceof CsvData csv) {
            return new CsvSource(csv, files, session, configuration);
        } else if (data instanceof ParquetData) {
            return new ParquetSource(files, session);
        }
        throw new IllegalStateException("no reader is registered for " + data.getClass());
    }
}
