package dev.lockstep.spark.scoring;

import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import dev.lockstep.core.evaluation.PredictionKind;
import dev.lockstep.spark.TrainedModel;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.types.UserDefinedType;

/**
 * Predictions in the form of a file.
 *
 * @param predictions what outputs mean
 * @param classNames of the classes, by which the columns of their probabilities are named; empty for their numbers
 * @param form of the probabilities
 * @param flat whether every cell has to be a single value, as in CSV
 */
public record PredictionTable(Predictions predictions, List<String> classNames, Probabilities form, boolean flat) {
    public PredictionTable {
        classNames = List.copyOf(classNames);
    }

    /** The form of a model's predictions. */
    public static PredictionTable of(TrainedModel model, Probabilities form, boolean flat) {
        Predictions predictions = Predictions.of(model.network());
        List<String> names = model.classNames();
        Set<String> different = new HashSet<>();
        boolean usable = names != null
                && names.size() == predictions.probabilityCount()
                // Spark tells no cases apart in the names of columns.
                && names.stream().allMatch(name -> different.add(name.toLowerCase(Locale.ROOT)));
        return new PredictionTable(predictions, names != null && usable ? names : List.of(), form, flat);
    }

    /**
     * The columns in that form.
     *
     * @throws LockstepException with {@link ExitCode#USAGE} when a kept column does not fit into it
     */
    public Dataset<Row> arrange(Dataset<Row> rows) {
        List<Column> columns = new ArrayList<>();
        List<String> nested = new ArrayList<>();
        String scores = predictions.areProbabilities() ? OutputColumns.PROBABILITY : OutputColumns.RAW_PREDICTION;
        for (StructField field : rows.schema().fields()) {
            String name = field.name();
            Column column = functions.col('`' + name.replace("`", "``") + '`');
            boolean several = field.dataType() instanceof ArrayType;
            if (name.equals(scores)) {
                addProbabilities(columns, column, name);
            } else if (name.equals(OutputColumns.PREDICTION)) {
                addPredictions(columns, column, several);
            } else {
                columns.add(column);
                if (flat && isNested(field.dataType())) {
                    nested.add(name);
                }
            }
        }
        if (!nested.isEmpty()) {
            throw new LockstepException(
                    ExitCode.USAGE,
                    "CSV has no cells for the columns " + String.join(", ", nested)
                            + "; name others by --keep, or write Parquet: an --output that does not end in .csv");
        }
        return rows.select(columns.toArray(Column[]::new));
    }

    private static boolean isNested(DataType type) {
        return type instanceof ArrayType
                || type instanceof MapType
                || type instanceof StructType
                || type instanceof BinaryType
                || type instanceof UserDefinedType;
    }

    private void addProbabilities(List<Column> columns, Column column, String name) {
        if (form == Probabilities.ARRAY && !flat) {
            columns.add(column);
        } else if (form != Probabilities.NONE) {
            IntStream.range(0, predictions.probabilityCount())
                    .forEach(i -> columns.add(column.getItem(i)
                            .as(name + "_" + (classNames.isEmpty() ? String.valueOf(i) : classNames.get(i)))));
        }
    }

    /** As text a double shows digits that the network's floats do not have. */
    private void addPredictions(List<Column> columns, Column column, boolean several) {
        boolean shorten = flat && predictions.kind() == PredictionKind.QUANTITIES;
        if (flat && several) {
            for (int i = 0; i < predictions.outputs(); i++) {
                Column item = column.getItem(i);
                columns.add((shorten ? item.cast(DataTypes.FloatType) : item).as(OutputColumns.PREDICTION + "_" + i));
            }
        } else {
            columns.add((shorten ? column.cast(DataTypes.FloatType) : column).as(OutputColumns.PREDICTION));
        }
    }
}
