package dev.lockstep.spark.data;

import dev.lockstep.core.data.CsvData;
import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import java.util.List;
import java.util.Objects;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** CSV files as rows of text, in the order of the files; the last cell is the whole line where its columns do not fit. */
final class CsvTable {
    private static final String MALFORMED = "_malformed_line";

    private final SparkSession session;
    private final List<Path> files;
    private final CsvData data;
    private final CsvColumns columns;

    private CsvTable(SparkSession session, List<Path> files, CsvData data, CsvColumns columns) {
        this.session = session;
        this.files = files;
        this.data = data;
        this.columns = columns;
    }

    static CsvTable open(SparkSession session, List<Path> files, CsvData data) {
        String first = files.get(0).toString();
        String[] names = reader(session, data).csv(first).columns();
        if (names.length == 0) {
            throw new LockstepException(ExitCode.DATA, first + " has no rows");
        }
        return new CsvTable(session, files, data, CsvColumns.of(data, names, first));
    }

    private static DataFrameReader reader(SparkSession session, CsvData data) {
        return session.read().option("header", data.header()).option("sep", data.delimiter());
    }

    CsvColumns columns() {
        return columns;
    }

    /** All rows; the union keeps the order of the files. */
    JavaRDD<Row> rows() {
        StructType schema = new StructType();
        for (String name : columns.names()) {
            schema = schema.add(name, DataTypes.StringType);
        }
        schema = schema.add(MALFORMED, DataTypes.StringType);
        JavaRDD<Row> rows = null;
        for (Path file : files) {
            JavaRDD<Row> part = reader(session, data)
                    .schema(schema)
                    .option("mode", "PERMISSIVE")
                    .option("columnNameOfCorruptRecord", MALFORMED)
                    .csv(file.toString())
                    .javaRDD();
            rows = rows == null ? part : rows.union(part);
        }
        return Objects.requireNonNull(rows, "there is at least one file");
    }
}
