package dev.lockstep.spark.data;

import dev.lockstep.core.data.table.ColumnKind;
import dev.lockstep.core.data.table.FittedColumn;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.spark.ml.attribute.AttributeGroup;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * The features of a table as the columns of a data frame that Spark ML takes: a column for each that is filled or
 * one-hot encoded, and one vector for each run of others, of which there may be thousands. The last column is the label.
 *
 * @param pieces the columns of the frame
 * @param filledTexts what stands for missing categories, by the name of the feature
 */
record TableFrame(List<Piece> pieces, Map<String, String> filledTexts) implements Serializable {
    private static final long serialVersionUID = 1L;

    /** The column of the label, a vector. */
    static final String LABEL = "label";

    /**
     * A column of the frame.
     *
     * @param first number of the first feature that it holds
     * @param features that it holds
     * @param kind VECTOR but for a feature that is filled or encoded, which is alone
     */
    record Piece(int first, List<FittedColumn> features, ColumnKind kind) implements Serializable {
        private static final long serialVersionUID = 1L;

        int width() {
            return features.stream().mapToInt(FittedColumn::width).sum();
        }
    }

    /** Cuts a table into the columns of a frame. */
    static TableFrame of(List<FittedColumn> features, Set<String> filled, Map<String, String> filledTexts) {
        List<Piece> pieces = new ArrayList<>();
        List<FittedColumn> run = new ArrayList<>();
        for (int i = 0; i <= features.size(); i++) {
            FittedColumn feature = i == features.size() ? null : features.get(i);
            boolean joins = feature != null && feature.kind() != ColumnKind.TEXT && !filled.contains(feature.name());
            if (joins) {
                run.add(feature);
                continue;
            }
            if (!run.isEmpty()) {
                pieces.add(new Piece(i - run.size(), List.copyOf(run), ColumnKind.VECTOR));
                run.clear();
            }
            if (feature != null) {
                pieces.add(new Piece(i, List.of(feature), feature.kind()));
            }
        }
        return new TableFrame(List.copyOf(pieces), filledTexts);
    }

    /** The columns of a frame with labels. */
    StructType schema() {
        return featureSchema().add(LABEL, SQLDataTypes.VectorType());
    }

    /** The columns of features. */
    StructType featureSchema() {
        StructType schema = new StructType();
        for (int i = 0; i < pieces.size(); i++) {
            Piece piece = pieces.get(i);
            // A vector of a size that is not told would be looked up in the first row.
            schema = piece.kind() == ColumnKind.VECTOR
                    ? schema.add(new AttributeGroup(column(i), piece.width()).toStructField())
                    : schema.add(
                            column(i), piece.kind() == ColumnKind.TEXT ? DataTypes.StringType : DataTypes.DoubleType);
        }
        return schema;
    }

    /** The name of a column. */
    static String column(int piece) {
        return "c" + piece;
    }

    /** The column that holds a feature alone. */
    int pieceOf(String feature) {
        for (int piece = 0; piece < pieces.size(); piece++) {
            Piece candidate = pieces.get(piece);
            if (candidate.kind() != ColumnKind.VECTOR
                    && candidate.features().get(0).name().equals(feature)) {
                return piece;
            }
        }
        throw new IllegalStateException("no column of the frame holds " + feature + " alone");
    }

    /** A row of a frame with labels. Runs on an executor. */
    Row row(@Nullable Object[] features, float[] label) {
        @Nullable Object[] cells = new Object[pieces.size() + 1];
        put(features, cells);
        double[] labels = new double[label.length];
        for (int i = 0; i < labels.length; i++) {
            labels[i] = label[i];
        }
        cells[pieces.size()] = Vectors.dense(labels);
        return RowFactory.create(cells);
    }

    /** Writes the cells of features, the first of a row. */
    void put(@Nullable Object[] features, @Nullable Object[] cells) {
        for (int i = 0; i < pieces.size(); i++) {
            Piece piece = pieces.get(i);
            Object first = features[piece.first()];
            cells[i] = switch (piece.kind()) {
                case NUMBER -> first;
                case TEXT -> first == null
                        ? filledTexts.get(piece.features().get(0).name())
                        : first;
                case VECTOR -> Vectors.dense(numbers(features, piece));
            };
        }
    }

    private static double[] numbers(@Nullable Object[] features, Piece piece) {
        double[] numbers = new double[piece.width()];
        int next = 0;
        for (int i = 0; i < piece.features().size(); i++) {
            next = put(features[piece.first() + i], numbers, next);
        }
        return numbers;
    }

    /** Writes the numbers of a feature behind one another; gives where the next ones belong. */
    static int put(@Nullable Object feature, double[] target, int next) {
        if (feature instanceof double[] vector) {
            System.arraycopy(vector, 0, target, next, vector.length);
            return next + vector.length;
        } else if (feature instanceof Double number) {
            target[next] = number;
            return next + 1;
        }
        throw new IllegalStateException("a category that no step has made a number: " + feature);
    }
}
