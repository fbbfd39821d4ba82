package dev.lockstep.spark;

import java.util.Objects;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** One context of {@link TestSpark}, with two threads, for all tests of a class. */
public final class LocalSpark implements BeforeAllCallback, AfterAllCallback {
    private @Nullable JavaSparkContext context;

    /** The context; open while the class's tests run. */
    public JavaSparkContext context() {
        return Objects.requireNonNull(context, "no test is running");
    }

    /** The session over it. */
    public SparkSession session() {
        return SparkSession.builder().sparkContext(context().sc()).getOrCreate();
    }

    @Override
    public void beforeAll(ExtensionContext tests) {
        context = TestSpark.start("local[2]");
    }

    @Override
    public void afterAll(ExtensionContext tests) {
        context().stop();
    }
}
