package dev.lockstep.spark;

import java.util.function.IntSupplier;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.status.api.v1.ExecutorSummary;
import scala.collection.JavaConverters;

/** How many tasks can run at once on the executors that are registered now, whatever the cluster is configured for. */
final class ExecutorSlots implements IntSupplier {
    /** Spark counts the driver among its executors. */
    private static final String DRIVER = "driver";

    private final JavaSparkContext spark;

    ExecutorSlots(JavaSparkContext spark) {
        this.spark = spark;
    }

    @Override
    public int getAsInt() {
        String master = spark.master();
        SparkConf configuration = spark.getConf();
        if (WorkerCount.isLocal(master)) {
            return WorkerCount.slots(master, configuration).orElse(1);
        }
        return JavaConverters.seqAsJavaList(spark.sc().statusStore().executorList(true)).stream()
                .filter(executor -> !executor.id().equals(DRIVER))
                .mapToInt(ExecutorSummary::maxTasks)
                .sum();
    }
}
