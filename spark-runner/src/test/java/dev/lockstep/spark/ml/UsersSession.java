package dev.lockstep.spark.ml;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A session as somebody else makes one, with two threads, Java's serializer and nothing set for Lockstep; and frames in it. */
final class UsersSession implements BeforeAllCallback, AfterAllCallback {
    static final StructType LABELLED =
            new StructType().add("features", SQLDataTypes.VectorType()).add("label", DataTypes.DoubleType);

    private @Nullable SparkSession session;

    SparkSession session() {
        return Objects.requireNonNull(session, "no test is running");
    }

    @Override
    public void beforeAll(ExtensionContext tests) {
        session = SparkSession.builder()
                .master("local[2]")
                .appName("somebody else's")
                .config("spark.ui.enabled", false)
                .config("spark.driver.host", "localhost")
                .config("spark.driver.bindAddress", "127.0.0.1")
                .config("spark.sql.shuffle.partitions", 2)
                .getOrCreate();
    }

    @Override
    public void afterAll(ExtensionContext tests) {
        session().stop();
    }

    /** Rows of feature vectors and labels, in two partitions. */
    Dataset<Row> frame(List<Row> rows) {
        return session().createDataFrame(rows, LABELLED).coalesce(2);
    }

    /** Three clouds of points in four dimensions, a little apart, as words, numbers and vectors. */
    Dataset<Row> flowers() {
        StructType schema = new StructType()
                .add("a", DataTypes.DoubleType)
                .add("b", DataTypes.DoubleType)
                .add("c", DataTypes.DoubleType)
                .add("d", DataTypes.DoubleType)
                .add("species", DataTypes.StringType)
                .add("number", DataTypes.IntegerType);
        List<Row> rows = new ArrayList<>();
        Random random = new Random(5);
        for (int i = 0; i < 150; i++) {
            int kind = i % 3;
            rows.add(RowFactory.create(
                    50 + 10 * kind + 3 * random.nextGaussian(),
                    3 - kind + 0.3 * random.nextGaussian(),
                    kind * kind + 0.3 * random.nextGaussian(),
                    random.nextGaussian(),
                    List.of("rose", "iris", "lily").get(kind),
                    kind));
        }
        return session().createDataFrame(rows, schema);
    }

    /** Points of three classes, ready to be learnt. */
    Dataset<Row> points() {
        List<Row> rows = new ArrayList<>();
        Random random = new Random(7);
        for (int i = 0; i < 120; i++) {
            int kind = i % 3;
            rows.add(RowFactory.create(
                    Vectors.dense(kind + 0.2 * random.nextGaussian(), 1 - kind + 0.2 * random.nextGaussian()),
                    (double) kind));
        }
        return frame(rows);
    }

    /** y = 3 a - 2 b + 1. */
    Dataset<Row> line() {
        List<Row> rows = new ArrayList<>();
        Random random = new Random(11);
        for (int i = 0; i < 200; i++) {
            double a = random.nextGaussian();
            double b = random.nextGaussian();
            rows.add(RowFactory.create(Vectors.dense(a, b), 3 * a - 2 * b + 1));
        }
        return frame(rows);
    }
}
