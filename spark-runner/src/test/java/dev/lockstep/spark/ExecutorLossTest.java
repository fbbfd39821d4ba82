package dev.lockstep.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalInt;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What an executor died of, in the words of each cluster, and what to change. */
class ExecutorLossTest {
    private static ExecutorLoss loss(String told, String... settings) {
        SparkConf configuration = new SparkConf(false);
        for (int i = 0; i < settings.length; i += 2) {
            configuration.set(settings[i], settings[i + 1]);
        }
        return ExecutorLoss.of("3", told, configuration);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    Command exited with code 137 | 137
                    Container from a bad node: container_1_2_01_3 on host: h. Exit status: 143. Diagnostics: killed | 143
                    Container marked as failed: container_1 on host: h. Exit status: 52. Diagnostics: | 52
                    The executor with id 1 exited with exit code 137(SIGKILL, possible container OOM). | 137
                    """)
    void everyClustersWordsHaveTheExitCode(String told, int exitCode) {
        assertThat(loss(told).exitCode()).isEqualTo(OptionalInt.of(exitCode));
    }

    @Test
    void aKilledContainerGetsMoreMemoryOutsideTheHeap() {
        assertThat(loss("Command exited with code 137").advice())
                .contains("unless somebody killed it", "1408 MiB", "spark.executor.memoryOverhead to 768m");
        assertThat(loss("Command exited with code 137", "spark.executor.memory", "8g")
                        .advice())
                .contains("heap takes 8192", "spark.executor.memoryOverhead to 1638m");
        assertThat(loss(
                                "Container killed by YARN for exceeding physical memory limits. 1.5 GB of 1.4 GB used.",
                                "spark.executor.memoryOverhead",
                                "600m")
                        .advice())
                .contains("using more memory than it has", "spark.executor.memoryOverhead to 1200m");
        assertThat(loss("Exit status: 143.").advice()).contains("preemption", "spark.executor.memoryOverhead");
    }

    @Test
    void aFullHeapGetsALargerOne() {
        assertThat(loss("Command exited with code 52", "spark.executor.memory", "3g")
                        .advice())
                .contains("heap of 3072 MiB was full", "spark.executor.memory to 6144m");
        assertThat(loss("Command exited with code 3", "spark.executor.memory", "3g")
                        .advice())
                .contains("ExitOnOutOfMemoryError", "heap of 3072 MiB is full", "spark.executor.memory to 6144m");
    }

    @Test
    void aCrashIsToldAndTheRestIsLeftAsItIs() {
        assertThat(loss("Command exited with code 139").advice()).endsWith("working directory");
        assertThat(loss("Command exited with code 134").advice())
                .contains("hs_err_pid", "memory was refused", "spark.executor.memoryOverhead to 768m");
        ExecutorLoss unknown = loss("worker lost\nat a.b.C");
        assertThat(unknown.exitCode()).isEmpty();
        assertThat(unknown.advice()).isNull();
        assertThat(unknown.describe()).isEqualTo("executor 3: worker lost");
    }

    @Test
    void aWorkerThatLivedToTellSaysWhichMemoryAndHowMuch() {
        OutOfMemoryError heap = new OutOfMemoryError("Java heap space");
        assertThat(MemoryAdvice.of(heap, false, 1L << 30))
                .contains("the heap, at most 1024 MiB", "spark.executor.memory to 2048m", "the same command continues");
        assertThat(MemoryAdvice.of(heap, true, 1L << 30)).contains("LOCKSTEP_JAVA_OPTS=-Xmx2048m");
        assertThat(MemoryAdvice.of(
                        new OutOfMemoryError("Cannot reserve 9 bytes of direct buffer memory"), false, 1L << 30))
                .contains("buffers outside the heap", "spark.executor.memory");
        assertThat(MemoryAdvice.of(new OutOfMemoryError("unable to create native thread"), false, 1L << 30))
                .contains("pids.max");
        assertThat(MemoryAdvice.of(new OutOfMemoryError("Physical memory usage is too high"), false, 1L << 30))
                .contains("spark.executor.memoryOverhead");
    }
}
