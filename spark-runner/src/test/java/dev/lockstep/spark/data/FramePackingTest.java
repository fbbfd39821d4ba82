package dev.lockstep.spark.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.core.data.TabularData;
import dev.lockstep.core.data.table.LabelForm;
import dev.lockstep.spark.LocalSpark;
import dev.lockstep.spark.ml.NeuralNetworkClassificationModel;
import dev.lockstep.spark.ml.NeuralNetworkClassifier;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.storage.StorageLevel;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Rows of data frames at their stable indices, in a session where every class has to be registered with Kryo. */
@Tag("spark")
final class FramePackingTest {
    private static final StructType SCHEMA = new StructType()
            .add("features", SQLDataTypes.VectorType())
            .add("label", DataTypes.DoubleType)
            .add("held", DataTypes.BooleanType)
            .add("weight", DataTypes.DoubleType);

    @RegisterExtension
    static final LocalSpark SPARK = new LocalSpark();

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    /** Rows in so many partitions, of which the first has none. */
    private static Dataset<Row> frame(int rows, int partitions) {
        List<Row> cells = new ArrayList<>();
        for (int i = 0; i < rows; i++) {
            cells.add(RowFactory.create(
                    i % 2 == 0 ? Vectors.dense(i, 1) : Vectors.sparse(2, new int[] {0}, new double[] {i}),
                    (double) (i % 3),
                    i % 4 == 0,
                    i + 0.5));
        }
        return SPARK.session()
                .createDataFrame(SPARK.context().parallelize(cells, partitions), SCHEMA)
                .union(SPARK.session().createDataFrame(List.of(), SCHEMA));
    }

    private static TabularData data() {
        return (TabularData)
                PackedTable.spec(
                        """
                format: parquet
                train: data-frame
                label: label
                weights: weight
                ignore: [held]
                validation: {where: held}
                """);
    }

    private PreparedData pack(Dataset<Row> frame, LabelForm labels, String name, boolean mayChange) {
        return PreparedData.prepare(
                new FrameDatasetPacker(frame, data(), 5, labels, true),
                new org.apache.hadoop.fs.Path(folder.resolve(name).toUri()),
                2,
                mayChange);
    }

    @Test
    void samplesLieInTheOrderOfThePartitionsWithTheirWeightsAndParts() {
        Dataset<Row> frame = frame(10, 3);
        PreparedData packed = pack(frame, LabelForm.CLASS_NUMBERS, "classes", true);
        List<List<Float>> rows = PackedCopy.rows(packed.directory(), DatasetRole.TRAIN, packed.train());
        assertThat(rows.get(0)).containsExactly(0f, 1f, 0f);
        assertThat(rows.get(7)).containsExactly(7f, 0f, 1f);
        assertThat(rows).hasSize(10);
        assertThat(packed.train().classCounts()).containsExactly(4L, 3L, 3L);
        assertThat(packed.trainCount(data())).isEqualTo(7);
        assertThat(frame.storageLevel()).isEqualTo(StorageLevel.NONE());

        PreparedData quantities = pack(frame.cache(), LabelForm.TARGETS, "quantities", true);
        assertThat(quantities.train().classCounts()).isNull();
        assertThat(PackedCopy.rows(quantities.directory(), DatasetRole.TRAIN, quantities.train()))
                .isEqualTo(rows);
        assertThat(frame.storageLevel()).isNotEqualTo(StorageLevel.NONE());
        frame.unpersist();
    }

    @Test
    void aFrameIsKnownByItsRowsAndTheirOrderWhereverPartitionsBegin() {
        String print = FrameFingerprint.of(frame(10, 3));
        assertThat(print).startsWith("10 rows of features vector, label double, held boolean, weight double, ");
        assertThat(FrameFingerprint.of(frame(10, 2))).isEqualTo(print);
        assertThat(FrameFingerprint.of(frame(9, 2))).isNotEqualTo(print);
        assertThat(FrameFingerprint.of(
                        frame(10, 2).orderBy(functions.col("weight").desc())))
                .isNotEqualTo(print);

        pack(frame(10, 3), LabelForm.CLASS_NUMBERS, "kept", true);
        pack(frame(10, 1), LabelForm.CLASS_NUMBERS, "kept", false);
        assertThatThrownBy(() -> pack(frame(9, 3), LabelForm.CLASS_NUMBERS, "kept", false))
                .hasMessageContaining("were a data frame, 10 rows")
                .hasMessageContaining("are  a data frame, 9 rows")
                .hasMessageContaining("in the same order");
    }

    @Test
    void aFitRunsWhereEveryClassHasToBeRegistered() {
        Dataset<Row> frame = frame(60, 2);
        NeuralNetworkClassificationModel model = new NeuralNetworkClassifier()
                .setHiddenLayers(new int[] {4})
                .setMaxIter(2)
                .setValidationIndicatorCol("held")
                .setRunDirectory(folder.resolve("run").toString())
                .fit(frame);
        assertThat(model.transform(frame).select("prediction").collectAsList()).hasSize(60);
        assertThat(model.predict(Vectors.dense(1, 1))).isBetween(0.0, 2.0);
        assertThat(folder.resolve("run/result.json")).exists();
    }
}
