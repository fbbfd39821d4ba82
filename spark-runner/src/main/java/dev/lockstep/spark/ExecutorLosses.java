package dev.lockstep.spark;

import java.util.function.Consumer;
import org.apache.spark.SparkConf;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorRemoved;

/** Passes on why executors are gone: a broken connection says that a worker is lost, the cluster alone knows why. */
final class ExecutorLosses extends SparkListener {
    private final SparkConf configuration;
    private final Consumer<ExecutorLoss> observer;

    ExecutorLosses(SparkConf configuration, Consumer<ExecutorLoss> observer) {
        this.configuration = configuration;
        this.observer = observer;
    }

    @Override
    public void onExecutorRemoved(SparkListenerExecutorRemoved removed) {
        observer.accept(ExecutorLoss.of(removed.executorId(), removed.reason(), configuration));
    }
}
