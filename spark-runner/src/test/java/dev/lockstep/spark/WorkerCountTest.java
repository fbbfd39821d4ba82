package dev.lockstep.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import java.util.OptionalInt;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;

class WorkerCountTest {
    private static SparkConf conf(String... settings) {
        SparkConf configuration = new SparkConf(false);
        for (int i = 0; i < settings.length; i += 2) {
            configuration.set(settings[i], settings[i + 1]);
        }
        return configuration;
    }

    private static int count(String master, String... settings) {
        return WorkerCount.of(OptionalInt.empty(), master, conf(settings));
    }

    @Test
    void everyKindOfMasterSaysHowManyTasksRunAtOnce() {
        assertThat(count("local")).isEqualTo(1);
        assertThat(count("local[3]")).isEqualTo(3);
        assertThat(count("local[3, 4]")).isEqualTo(3);
        assertThat(count("local[*]")).isEqualTo(Runtime.getRuntime().availableProcessors());
        assertThat(count("local[5]", "spark.task.cpus", "2")).isEqualTo(2);
        assertThat(count("local-cluster[2,3,1024]")).isEqualTo(6);
        assertThat(count("local-cluster[2, 3, 1024]", "spark.task.cpus", "2")).isEqualTo(2);
        assertThat(count("yarn", "spark.executor.instances", "4")).isEqualTo(4);
        assertThat(count("yarn", "spark.executor.instances", "4", "spark.executor.cores", "5", "spark.task.cpus", "2"))
                .isEqualTo(8);
        assertThat(count("k8s://https://host:6443", "spark.executor.instances", "4"))
                .isEqualTo(4);
        assertThat(count("spark://host:7077", "spark.executor.instances", "2", "spark.executor.cores", "3"))
                .isEqualTo(6);
        assertThat(count("spark://host:7077", "spark.cores.max", "12", "spark.task.cpus", "4"))
                .isEqualTo(3);
    }

    @Test
    void underDynamicAllocationItIsTheMaximum() {
        assertThat(count(
                        "yarn",
                        "spark.dynamicAllocation.enabled",
                        "true",
                        "spark.dynamicAllocation.maxExecutors",
                        "6",
                        "spark.executor.instances",
                        "1",
                        "spark.executor.cores",
                        "2"))
                .isEqualTo(12);
        assertThatThrownBy(() -> count("yarn", "spark.dynamicAllocation.enabled", "true"))
                .hasMessageContaining("spark.dynamicAllocation.maxExecutors");
    }

    @Test
    void aCountThatIsNotConfiguredHasToBeGiven() {
        assertThatThrownBy(() -> count("spark://host:7077"))
                .isInstanceOfSatisfying(LockstepException.class, refused -> assertThat(refused.exitCode())
                        .isEqualTo(ExitCode.USAGE))
                .hasMessageContainingAll("how many workers?", "--workers N", "spark.executor.instances");
        assertThat(WorkerCount.of(OptionalInt.of(5), "spark://host:7077", conf()))
                .isEqualTo(5);
        assertThat(WorkerCount.of(OptionalInt.of(2), "local[4]", conf())).isEqualTo(2);
    }

    @Test
    void moreWorkersThanSlotsAreRefused() {
        assertThatThrownBy(() -> WorkerCount.of(OptionalInt.of(4), "local[2]", conf()))
                .isInstanceOfSatisfying(LockstepException.class, refused -> assertThat(refused.exitCode())
                        .isEqualTo(ExitCode.CLUSTER))
                .hasMessageContainingAll("4 workers", "local[2] has 2");
    }

    @Test
    void whereSparkAsksForExecutorsItAsksForAsManyAsTheWorkersNeed() {
        OptionalInt five = OptionalInt.of(5);
        assertThat(WorkerCount.executorsFor(five, "yarn", conf())).hasValue(5);
        assertThat(WorkerCount.executorsFor(five, "yarn", conf("spark.executor.cores", "2")))
                .hasValue(3);
        assertThat(WorkerCount.executorsFor(
                        five, "k8s://https://host:6443", conf("spark.executor.cores", "4", "spark.task.cpus", "2")))
                .hasValue(3);
        assertThat(WorkerCount.executorsFor(OptionalInt.empty(), "yarn", conf()))
                .isEmpty();
        assertThat(WorkerCount.executorsFor(five, "spark://host:7077", conf())).isEmpty();
        assertThat(WorkerCount.executorsFor(five, "yarn", conf("spark.executor.instances", "2")))
                .isEmpty();
        assertThat(WorkerCount.executorsFor(five, "yarn", conf("spark.dynamicAllocation.enabled", "true")))
                .isEmpty();
    }

    @Test
    void localMeansOneProcess() {
        assertThat(WorkerCount.isLocal("local")).isTrue();
        assertThat(WorkerCount.isLocal("local[*, 3]")).isTrue();
        assertThat(WorkerCount.isLocal("local-cluster[2,1,512]")).isFalse();
        assertThat(WorkerCount.isLocal("yarn")).isFalse();
    }
}
