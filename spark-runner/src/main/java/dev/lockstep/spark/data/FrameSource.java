package dev.lockstep.spark.data;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/**
 * A data frame of somebody's session. It takes the place of one file; its rows are in the order of its partitions, and
 * in these in their own.
 */
record FrameSource(Dataset<Row> frame) implements TableSource {
    /** Stands for the file in messages. */
    static final Path NAME = new Path("the data frame");

    @Override
    public StructType columns() {
        return frame.schema();
    }

    @Override
    public Dataset<Row> rows(Path file) {
        return frame;
    }

    @Override
    public List<String> describe(Path file, SortedMap<Long, String> problems) {
        List<String> described = new ArrayList<>();
        problems.forEach((row, problem) -> described.add("row " + (row + 1) + ": " + problem));
        return described;
    }

    @Override
    public String remedy() {
        return "mend or drop them before fit(), such as by na().drop(), Imputer or handleInvalid of VectorAssembler";
    }

    @Override
    public String rowExpected() {
        return "row";
    }
}
