package dev.lockstep.spark.data;

import dev.lockstep.core.data.ElementType;
import dev.lockstep.core.data.FeatureEncoding;
import dev.lockstep.core.data.ParquetData;
import dev.lockstep.core.data.Shape;
import dev.lockstep.core.data.table.ColumnKind;
import dev.lockstep.core.data.table.FittedColumn;
import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import java.io.IOException;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.hadoop.example.GroupReadSupport;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/** What the footers of Parquet files tell without Spark, and the first row where a cell holds several numbers. */
final class ParquetSamples {
    private static final List<String> VECTOR_FIELDS = List.of("type", "size", "indices", "values");

    private ParquetSamples() {}

    /** The layout. */
    static SampleLayout layout(ParquetData data, @Nullable Integer knownSamples, Configuration configuration) {
        List<Path> files = TableFiles.paths(data, data.train(), configuration);
        Path first = files.get(0);
        try {
            MessageType schema = schema(first, configuration);
            StructType columns = new StructType();
            for (Type field : schema.getFields()) {
                columns = columns.add(field.getName(), type(field));
            }
            Group[] row = new Group[1];
            TableLayout layout = TableLayout.ofTraining(
                    data, columns, position -> width(row, first, position, configuration), first.toString());
            long rows = 0;
            for (Path file : files) {
                rows += rows(file, configuration);
            }
            return new SampleLayout(
                    Shape.of(width(layout.columns().features())),
                    new FeatureEncoding(ElementType.F32, data.scale()),
                    knownSamples == null ? Math.toIntExact(rows) : knownSamples);
        } catch (IOException | RuntimeException e) {
            if (e instanceof LockstepException told) {
                throw told;
            }
            throw new LockstepException(
                    ExitCode.DATA, first + " cannot be read as Parquet: " + TaskAnswer.reason(e), e);
        }
    }

    private static int width(List<FittedColumn> features) {
        if (features.stream().anyMatch(feature -> feature.kind() == ColumnKind.TEXT)) {
            throw new LockstepException(
                    ExitCode.USAGE,
                    "data.preprocessing: how many categories one_hot finds in Parquet files shows in training alone;"
                            + " plan a job without it, with as many features as it will have");
        }
        return features.stream().mapToInt(FittedColumn::width).sum();
    }

    private static MessageType schema(Path file, Configuration configuration) throws IOException {
        try (ParquetFileReader reader = ParquetFileReader.open(HadoopInputFile.fromPath(file, configuration))) {
            return reader.getFileMetaData().getSchema();
        }
    }

    private static long rows(Path file, Configuration configuration) throws IOException {
        try (ParquetFileReader reader = ParquetFileReader.open(HadoopInputFile.fromPath(file, configuration))) {
            return reader.getRecordCount();
        }
    }

    private static DataType type(Type field) {
        LogicalTypeAnnotation logical = field.getLogicalTypeAnnotation();
        if (!field.isPrimitive()) {
            boolean vector = field.asGroupType().getFields().stream()
                    .map(Type::getName)
                    .toList()
                    .equals(VECTOR_FIELDS);
            return vector ? SQLDataTypes.VectorType() : DataTypes.createArrayType(DataTypes.DoubleType);
        }
        return switch (field.asPrimitiveType().getPrimitiveTypeName()) {
            case BOOLEAN -> DataTypes.BooleanType;
            case BINARY -> logical instanceof LogicalTypeAnnotation.DecimalLogicalTypeAnnotation
                    ? DataTypes.DoubleType
                    : DataTypes.StringType;
            case INT32, INT64, FIXED_LEN_BYTE_ARRAY -> logical == null
                            || logical instanceof LogicalTypeAnnotation.IntLogicalTypeAnnotation
                            || logical instanceof LogicalTypeAnnotation.DecimalLogicalTypeAnnotation
                    ? DataTypes.DoubleType
                    : DataTypes.TimestampType;
            case FLOAT, DOUBLE -> DataTypes.DoubleType;
            case INT96 -> DataTypes.TimestampType;
        };
    }

    /** Numbers of a cell, looked up in the first row, which is read once. */
    private static int width(Group[] row, Path file, int position, Configuration configuration) {
        if (row[0] == null) {
            try (ParquetReader<Group> reader = ParquetReader.builder(new GroupReadSupport(), file)
                    .withConf(configuration)
                    .build()) {
                row[0] = reader.read();
            } catch (IOException e) {
                throw new LockstepException(ExitCode.DATA, file + " cannot be read: " + e.getMessage(), e);
            }
        }
        Group cells = row[0];
        if (cells == null || cells.getFieldRepetitionCount(position) == 0) {
            throw new LockstepException(ExitCode.DATA, file + ": the first row does not tell how wide the vectors are");
        }
        Group cell = cells.getGroup(position, 0);
        if (cell.getType().containsField("values")) {
            return cell.getFieldRepetitionCount("size") > 0
                    ? cell.getInteger("size", 0)
                    : cell.getGroup("values", 0).getFieldRepetitionCount(0);
        }
        return cell.getFieldRepetitionCount(0);
    }
}
