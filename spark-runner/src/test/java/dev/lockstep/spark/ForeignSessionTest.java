package dev.lockstep.spark;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.core.config.JobConfig;
import dev.lockstep.core.config.JobFile;
import dev.lockstep.core.data.Shape;
import dev.lockstep.core.data.table.ColumnKind;
import dev.lockstep.core.data.table.FittedColumn;
import dev.lockstep.core.data.table.FittedStep;
import dev.lockstep.core.data.table.FittedTable;
import dev.lockstep.core.data.table.LabelForm;
import dev.lockstep.core.data.table.OneHotStep.UnknownCategories;
import dev.lockstep.spark.data.FittedData;
import dev.lockstep.spark.scoring.BadRows;
import dev.lockstep.spark.scoring.LockstepModel;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A model in a session that Lockstep knows nothing of, where Kryo refuses every class that Spark itself has not registered. */
@Tag("spark")
class ForeignSessionTest {
    private static TrainedModel model() {
        JobConfig job = JobFile.read(
                """
                name: foreign
                seed: 2
                data: {format: csv, train: none, label: y}
                model: {layers: [dense: {units: 1}]}
                training: {loss: mse, optimizer: sgd, batch_size: 2, epochs: 1}
                """,
                "job.yaml",
                List.of(),
                Map.of());
        FittedTable table = new FittedTable(
                List.of(
                        new FittedColumn("size", ColumnKind.NUMBER, 1),
                        new FittedColumn("kind", ColumnKind.TEXT, 1),
                        new FittedColumn("parts", ColumnKind.VECTOR, 2)),
                LabelForm.TARGETS,
                1,
                List.of(
                        new FittedStep.FillNumbers(List.of("size"), List.of(2.0)),
                        new FittedStep.OneHot(List.of("kind"), List.of(List.of("a", "b")), UnknownCategories.IGNORE),
                        new FittedStep.MinMax(List.of("size"), List.of(0.0), List.of(4.0))));
        ObjectNode description = ModelDescription.of(job, Shape.of(5), null, null);
        new FittedData(null, table).write(description);
        // size + 10 a + 100 b + 1000 part + 10000 part + 0.5
        return TrainedModel.of(description.toString(), new float[] {1, 10, 100, 1_000, 10_000, 0.5f});
    }

    @Test
    void rowsAreScoredWithoutAnythingRegistered() {
        SparkSession session = SparkSession.builder()
                .master("local[2]")
                .appName("foreign")
                .config("spark.ui.enabled", "false")
                .config("spark.driver.bindAddress", "127.0.0.1")
                .config("spark.driver.host", "localhost")
                .config("spark.serializer", "org.apache.spark.serializer.KryoSerializer")
                .config("spark.kryo.registrationRequired", "true")
                .config("spark.sql.shuffle.partitions", "2")
                .getOrCreate();
        try {
            Dataset<Row> frame = session.sql("SELECT * FROM VALUES"
                            + " (1, 4.0D, 'a', array(0, 0)), (2, CAST(NULL AS DOUBLE), 'b', array(0, 1)),"
                            + " (3, 1.0D, 'unknown', array(1, 0)), (4, 1.0D, 'a', array(1))"
                            + " AS t(id, size, kind, parts)")
                    .repartition(2, functions.col("id"));
            List<Row> rows = LockstepModel.of(session, model())
                    .withBadRows(BadRows.NULL)
                    .transform(frame)
                    .orderBy("id")
                    .collectAsList();
            assertThat(rows.subList(0, 3))
                    .extracting(row -> row.<Double>getAs("prediction"))
                    .containsExactly(11.5, 10_101.0, 1_000.75);
            assertThat(rows.get(3).isNullAt(rows.get(3).fieldIndex("prediction")))
                    .isTrue();
            assertThat(rows.get(3).<String>getAs("problem")).isEqualTo("column \"parts\": 1 numbers, expected 2");
        } finally {
            session.stop();
        }
    }
}
