package dev.lockstep.spark.data;

import dev.lockstep.core.data.table.ColumnKind;
import dev.lockstep.core.data.table.FittedColumn;
import dev.lockstep.core.data.table.FittedStep;
import dev.lockstep.core.data.table.FittedTable;
import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * Reads the rows of any frame as a model's training samples were read: its columns are found by their names, and the
 * steps with the figures of the training part do to them what they did to the training samples. Nothing is packed, and
 * nothing runs before somebody asks for the rows.
 */
public final class TableFeatures implements Serializable {
    private static final long serialVersionUID = 1L;

    private static final String KEPT = "k";
    private static final String PROBLEM = "problem";

    private final TableColumns columns;
    private final FittedTable table;

    private TableFeatures(TableColumns columns, FittedTable table) {
        this.columns = columns;
        this.table = table;
    }

    /**
     * The features of a model's table in a frame.
     *
     * @param table as the model brings it along
     * @param schema of the frame
     * @param nullValue text that stands for a missing cell, beside an empty one
     * @param uncut name of the column that is not null where a row could not be cut into cells; null for none
     * @throws LockstepException with {@link ExitCode#DATA} naming every column that is missing, or is none of the kind
     */
    public static TableFeatures of(FittedTable table, StructType schema, String nullValue, @Nullable String uncut) {
        List<String> present = Arrays.asList(schema.fieldNames());
        List<String> missing = new ArrayList<>(table.featureNames());
        missing.removeAll(present);
        if (!missing.isEmpty()) {
            List<String> shown = new ArrayList<>(present);
            shown.remove(uncut);
            throw new LockstepException(
                    ExitCode.DATA,
                    "no " + (missing.size() == 1 ? "column " : "columns ") + listed(missing)
                            + ", which the model takes; the rows have " + listed(shown));
        }
        List<Integer> positions = new ArrayList<>();
        for (FittedColumn feature : table.features()) {
            int position = present.indexOf(feature.name());
            requireKind(feature, schema.fields()[position]);
            positions.add(position);
        }
        Set<String> filled = new HashSet<>();
        for (FittedStep step : table.steps()) {
            if (step instanceof FittedStep.FillNumbers || step instanceof FittedStep.FillTexts) {
                filled.addAll(step.columns());
            }
        }
        TableColumns columns = new TableColumns(
                        table.features(),
                        positions.stream().mapToInt(Integer::intValue).toArray(),
                        filled,
                        Map.of(),
                        uncut == null ? -1 : present.indexOf(uncut),
                        null,
                        -1,
                        new TableCells(nullValue))
                .with(table.steps());
        return new TableFeatures(columns, table);
    }

    private static String listed(List<String> names) {
        int shown = 20;
        String list = String.join("\", \"", names.subList(0, Math.min(shown, names.size())));
        return '"' + list + '"' + (names.size() > shown ? " and " + (names.size() - shown) + " more" : "");
    }

    /** A number may come as text, as in CSV files, and a category as a number. */
    private static void requireKind(FittedColumn feature, StructField field) {
        DataType type = field.dataType();
        ColumnKind kind = TableColumns.kindOf(type);
        boolean fits =
                switch (feature.kind()) {
                    case NUMBER -> kind == ColumnKind.NUMBER || type instanceof StringType;
                    case TEXT -> kind == ColumnKind.NUMBER || kind == ColumnKind.TEXT;
                    case VECTOR -> kind == ColumnKind.VECTOR;
                };
        if (!fits) {
            String expected =
                    switch (feature.kind()) {
                        case NUMBER -> "a number or a boolean";
                        case TEXT -> "a category";
                        case VECTOR -> "an array of " + feature.width() + " numbers or a Spark ML vector";
                    };
            throw new LockstepException(
                    ExitCode.DATA,
                    TableCells.where(feature.name()) + TableColumns.typeName(type) + ", the model takes " + expected);
        }
    }

    /** The columns of a frame that are read, by their positions. */
    public int[] positions() {
        return columns.positions().clone();
    }

    /** How many numbers a sample has. */
    public int size() {
        return TableSlots.of(table.features(), table.steps()).size();
    }

    /** Whether cells become features as they are; else {@link #prepare} makes them. */
    public boolean isPlain() {
        return table.steps().isEmpty();
    }

    /**
     * The numbers of a row, where they are plain. Runs on an executor.
     *
     * @param target takes {@link #size} numbers
     * @throws BadRowException when the row cannot be used
     */
    public void read(Row row, double[] target) {
        int next = 0;
        for (Object feature : columns.read(row)) {
            next = TableFrame.put(feature, target, next);
        }
    }

    /**
     * Does the steps to the rows of a frame.
     *
     * @param kept positions of the columns to keep
     * @param failing whether a row that cannot be used ends the job; else the column before the last says what is wrong
     * @return the kept columns, one with what is wrong with the row or null, and last the vector of the features
     */
    public Dataset<Row> prepare(Dataset<Row> rows, int[] kept, boolean failing) {
        TablePipeline pipeline = TablePipeline.of(rows.sparkSession(), table.features(), table.steps());
        StructType schema = pipeline.frame().featureSchema();
        List<Column> result = new ArrayList<>();
        for (int i = 0; i < kept.length; i++) {
            StructField field = rows.schema().fields()[kept[i]];
            schema = schema.add(KEPT + i, field.dataType(), field.nullable(), field.metadata());
            result.add(functions.col(KEPT + i));
        }
        schema = schema.add(PROBLEM, DataTypes.StringType);
        result.add(functions.col(PROBLEM));
        result.add(functions.col(pipeline.vector()));
        Dataset<Row> cells =
                rows.mapPartitions(new FrameRows(columns, pipeline.frame(), kept, failing), Encoders.row(schema));
        return pipeline.transform(cells.select(withMetadata(schema))).select(result.toArray(Column[]::new));
    }

    /** Looks at every cell of some rows, for what is wrong with which of them. */
    List<TablePartition> scan(JavaRDD<Row> rows, String file) {
        TableColumns read = columns;
        LabelReader none =
                new LabelReader(List.of(), new int[0], false, 0, table.labelForm(), List.of(), 0, read.cells());
        return TaskAnswer.values(rows.mapPartitions(cells -> TableDatasetPacker.one(
                                TaskAnswer.of(file + " cannot be read", () -> TablePartition.scan(read, none, cells)
                                        .toJson())))
                        .collect())
                .stream()
                .map(TablePartition::fromJson)
                .toList();
    }

    /** Spark's encoder of rows forgets what is told of columns, such as the sizes of vectors. */
    public static Column[] withMetadata(StructType schema) {
        return Arrays.stream(schema.fields())
                .map(field -> RowConditions.column(field.name()).as(field.name(), field.metadata()))
                .toArray(Column[]::new);
    }
}
