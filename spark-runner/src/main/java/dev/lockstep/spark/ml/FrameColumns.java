package dev.lockstep.spark.ml;

import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import org.apache.spark.ml.attribute.Attribute;
import org.apache.spark.ml.attribute.NominalAttribute;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.util.MetadataUtils;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StructField;
import org.jspecify.annotations.Nullable;
import scala.Option;

/**
 * The columns of a data frame that a learner takes.
 *
 * @param features of the vectors
 * @param label of the labels
 * @param weights of the weights, or null
 * @param validation true for rows to validate on, or null
 * @param classNames in the metadata of the labels; empty for none
 * @param classes how many there are; 0 where nobody asks
 */
record FrameColumns(
        String features,
        String label,
        @Nullable String weights,
        @Nullable String validation,
        List<String> classNames,
        int classes) {
    private static final int MOST_CLASSES = 10_000;

    /** The columns of a learner of a quantity. */
    static FrameColumns ofQuantity(String features, String label, NeuralNetworkParams<?> params, Dataset<?> dataset) {
        return new FrameColumns(features, label, weights(params, dataset), validation(params, dataset), List.of(), 0);
    }

    /**
     * The columns of a learner of classes.
     *
     * @param counted whether the learner has to be told how many classes there are
     */
    static FrameColumns ofClasses(
            String features, String label, NeuralNetworkParams<?> params, Dataset<?> dataset, boolean counted) {
        StructField field = dataset.schema().apply(label);
        return new FrameColumns(
                features,
                label,
                weights(params, dataset),
                validation(params, dataset),
                classNames(field),
                counted ? classes(field, dataset) : 0);
    }

    private static @Nullable String weights(NeuralNetworkParams<?> params, Dataset<?> dataset) {
        StructField field = field(params, params.weightCol(), dataset);
        if (field != null && !(field.dataType() instanceof NumericType)) {
            throw usage("weightCol: the column \"" + field.name() + "\" is "
                    + field.dataType().catalogString() + ", expected numbers");
        }
        return field == null ? null : field.name();
    }

    private static @Nullable String validation(NeuralNetworkParams<?> params, Dataset<?> dataset) {
        StructField field = field(params, params.validationIndicatorCol(), dataset);
        if (field != null && !(field.dataType() instanceof BooleanType)) {
            throw usage("validationIndicatorCol: the column \"" + field.name() + "\" is "
                    + field.dataType().catalogString() + ", expected boolean");
        }
        return field == null ? null : field.name();
    }

    private static @Nullable StructField field(NeuralNetworkParams<?> params, Param<String> param, Dataset<?> dataset) {
        String name = params.isDefined(param) ? params.getOrDefault(param) : "";
        if (name.isEmpty()) {
            return null;
        }
        return Arrays.stream(dataset.schema().fields())
                .filter(field -> field.name().equals(name))
                .findFirst()
                .orElseThrow(() -> usage(param.name() + ": no column \"" + name
                        + "\" in the data frame; its columns are " + String.join(", ", dataset.columns())));
    }

    /** What StringIndexer left in the metadata. */
    private static List<String> classNames(StructField field) {
        if (Attribute.fromStructField(field) instanceof NominalAttribute nominal
                && nominal.values().isDefined()) {
            List<String> names = Arrays.asList(nominal.values().get());
            boolean usable = names.size() > 1 && new HashSet<>(names).size() == names.size();
            return usable ? List.copyOf(names) : List.of();
        }
        return List.of();
    }

    /** By the metadata of the labels, else one more than the largest label. */
    private static int classes(StructField field, Dataset<?> dataset) {
        Option<Object> told = MetadataUtils.getNumClasses(field);
        if (told.isDefined()) {
            return (int) told.get();
        }
        Row largest = dataset.select(
                        functions.max(functions.col(quoted(field.name())).cast(DataTypes.DoubleType)))
                .first();
        if (largest.isNullAt(0)) {
            throw new LockstepException(
                    ExitCode.DATA,
                    "the column \"" + field.name() + "\" holds no label, and nothing tells how many classes there are");
        }
        double label = largest.getDouble(0);
        if (label != Math.rint(label) || label < 0 || label >= MOST_CLASSES) {
            throw new LockstepException(
                    ExitCode.DATA,
                    "column \"" + field.name() + "\": " + label
                            + " is no class number; expected whole numbers from 0 to "
                            + (MOST_CLASSES - 1) + "; StringIndexer makes them of words, NeuralNetworkRegressor learns"
                            + " quantities");
        }
        return Math.max(2, (int) label + 1);
    }

    /** The frame that is packed: these columns, in this order, numbers as doubles. */
    Dataset<Row> of(Dataset<?> dataset) {
        List<Column> chosen = new ArrayList<>();
        chosen.add(functions.col(quoted(features)));
        chosen.add(functions.col(quoted(label)).cast(DataTypes.DoubleType).as(label));
        if (weights != null) {
            chosen.add(functions.col(quoted(weights)).cast(DataTypes.DoubleType).as(weights));
        }
        if (validation != null) {
            chosen.add(functions.col(quoted(validation)));
        }
        return dataset.select(chosen.toArray(Column[]::new));
    }

    /** A column's very name, dots and spaces included, as it is written in an expression. */
    static String quoted(String name) {
        return "`" + name.replace("`", "``") + "`";
    }

    private static LockstepException usage(String message) {
        return new LockstepException(ExitCode.USAGE, message);
    }
}
