package dev.lockstep.spark.data;

import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.stream.Collectors;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** Parquet files. */
final class ParquetSource implements TableSource {
    private final SparkSession session;
    private final StructType columns;

    ParquetSource(List<Path> files, SparkSession session) {
        this.session = session;
        this.columns = columns(files.get(0));
        for (Path file : files.subList(1, files.size())) {
            requireSame(files.get(0), file, columns(file));
        }
    }

    private StructType columns(Path file) {
        try {
            return session.read().parquet(file.toString()).schema();
        } catch (Exception e) {
            // Spark throws the checked AnalysisException without declaring it.
            throw new LockstepException(
                    ExitCode.DATA,
                    file + " cannot be read as Parquet: " + TaskAnswer.reason(e) + "; is it damaged or cut off?",
                    e);
        }
    }

    private void requireSame(Path first, Path file, StructType found) {
        if (!describe(columns).equals(describe(found))) {
            throw new LockstepException(
                    ExitCode.DATA,
                    file + ": columns " + describe(found) + "; expected those of " + first + ": " + describe(columns));
        }
    }

    /** Names with types; whether a column may hold null is no difference. */
    static String describe(StructType columns) {
        return Arrays.stream(columns.fields()).map(ParquetSource::describe).collect(Collectors.joining(", "));
    }

    private static String describe(StructField column) {
        return column.name() + " " + TableColumns.typeName(column.dataType());
    }

    @Override
    public StructType columns() {
        return columns;
    }

    @Override
    public String rowExpected() {
        return "row";
    }

    @Override
    public Dataset<Row> rows(Path file) {
        return session.read().schema(columns).parquet(file.toString());
    }

    @Override
    public List<String> describe(Path file, SortedMap<Long, String> problems) {
        List<String> described = new ArrayList<>();
        problems.forEach((row, problem) -> described.add(file + " row " + (row + 1) + ": " + problem));
        return described;
    }
}
