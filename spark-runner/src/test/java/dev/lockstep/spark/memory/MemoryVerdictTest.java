package dev.lockstep.spark.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import dev.lockstep.core.memory.ByteCount;
import dev.lockstep.core.memory.MemoryNeed;
import dev.lockstep.core.plan.WorkerMemory;
import dev.lockstep.core.plan.WorkerMemory.Part;
import dev.lockstep.spark.memory.ProcessLimits.Kind;
import java.util.List;
import org.apache.spark.SparkConf;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.Test;

class MemoryVerdictTest {
    private static final long GIBIBYTE = 1L << 30;

    private static WorkerMemory worker(long heap, long offHeap) {
        return new WorkerMemory(
                List.of(new Part("network", new MemoryNeed(0, offHeap)), new Part("optimizer", MemoryNeed.heap(heap))),
                List.of(),
                GIBIBYTE);
    }

    private static MemoryVerdict verdict(long heap, long offHeap, Kind kind, long heapLimit, long overhead) {
        return new MemoryVerdict(worker(heap, offHeap), new ProcessLimits(kind, 2, heapLimit, overhead));
    }

    @Test
    void whatFitsIsToldInOneLine() {
        MemoryVerdict fits = verdict(GIBIBYTE, GIBIBYTE / 4, Kind.OWN_PROCESS, 8 * GIBIBYTE, Long.MAX_VALUE);
        fits.require();
        assertThat(fits.warning()).isNull();
        assertThat(fits.line())
                .isEqualTo("memory: 2 workers in this process may need 2.0 GiB of 8.0 GiB heap and 512 MiB beside it;"
                        + " 1.0 GiB of packed samples are mapped, which is the page cache's");
    }

    @Test
    void whatCannotFitIsRefusedWithTheSettingOfItsPlace() {
        assertThatThrownBy(() -> verdict(3 * GIBIBYTE, 0, Kind.OWN_PROCESS, 4 * GIBIBYTE, Long.MAX_VALUE)
                        .require())
                .isInstanceOfSatisfying(LockstepException.class, refused -> assertThat(refused.exitCode())
                        .isEqualTo(ExitCode.USAGE))
                .hasMessage(
                        "memory: this process with 2 workers needs up to 6.0 GiB on the heap, found 4.0 GiB; most of"
                                + " it is optimizer (3.0 GiB a worker) and network (0 bytes a worker). Start with"
                                + " LOCKSTEP_JAVA_OPTS=-Xmx9472m, or lower training.batch_size or the layers' sizes, or take"
                                + " more workers on more hosts");
        assertThat(verdict(3 * GIBIBYTE, 0, Kind.SUBMITTED_PROCESS, GIBIBYTE, Long.MAX_VALUE)
                        .objection())
                .contains("--conf spark.driver.memory=9472m");
        assertThat(verdict(3 * GIBIBYTE, 0, Kind.EXECUTOR, GIBIBYTE, Long.MAX_VALUE)
                        .objection())
                .contains("an executor with 2 workers needs")
                .contains("--conf spark.executor.memory=9472m (or that key in the job's cluster.spark)");
        assertThat(verdict(GIBIBYTE / 8, GIBIBYTE, Kind.CONTAINER, 4 * GIBIBYTE, ByteCount.mebibytes(410))
                        .objection())
                .contains("2.0 GiB beside the heap, found 410 MiB")
                .contains("--conf spark.executor.memory=4096m --conf spark.executor.memoryOverhead=2816m");
        assertThat(verdict(Long.MAX_VALUE / 2, 0, Kind.EXECUTOR, GIBIBYTE, Long.MAX_VALUE)
                        .objection())
                .contains("No machine has so much: lower training.batch_size");
    }

    @Test
    void nativeMemoryIsLimitedByTheHeapsLimit() {
        assertThat(Pointer.maxBytes()).isEqualTo(Runtime.getRuntime().maxMemory());
        assertThat(verdict(1, GIBIBYTE, Kind.EXECUTOR, GIBIBYTE, Long.MAX_VALUE).objection())
                .contains("2.0 GiB beside the heap, found 1.0 GiB (native memory may be as large as the heap)")
                .contains("--conf spark.executor.memory=2560m");
    }

    @Test
    void whatIsTightIsAWarning() {
        MemoryVerdict tight = verdict(GIBIBYTE, 0, Kind.OWN_PROCESS, 2 * GIBIBYTE, Long.MAX_VALUE);
        tight.require();
        assertThat(tight.warning())
                .isEqualTo("memory is tight: this process with 2 workers needs up to 2.0 GiB of 2.0 GiB heap, and Spark"
                        + " and the JVM come on top. Start with LOCKSTEP_JAVA_OPTS=-Xmx3328m, or lower"
                        + " training.batch_size or the layers' sizes, or take more workers on more hosts");
        assertThat(verdict(1, GIBIBYTE / 8, Kind.CONTAINER, 4 * GIBIBYTE, ByteCount.mebibytes(410))
                        .warning())
                .contains("256 MiB of 410 MiB beside it")
                .contains("spark.executor.memoryOverhead=");
    }

    @Test
    void theLimitsAreSparks() {
        SparkConf configuration = new SparkConf(false);
        assertThat(ProcessLimits.of("local[3]", configuration, 3, GIBIBYTE, false))
                .isEqualTo(new ProcessLimits(Kind.OWN_PROCESS, 3, GIBIBYTE, Long.MAX_VALUE));
        assertThat(ProcessLimits.of("local[3]", configuration, 3, GIBIBYTE, true)
                        .kind())
                .isEqualTo(Kind.SUBMITTED_PROCESS);
        assertThat(ProcessLimits.of("local-cluster[2,4,2048]", configuration, 8, 1, false))
                .isEqualTo(new ProcessLimits(Kind.EXECUTOR, 4, GIBIBYTE, Long.MAX_VALUE));
        assertThat(ProcessLimits.of("spark://host:7077", configuration, 8, 1, false))
                .isEqualTo(new ProcessLimits(Kind.EXECUTOR, 1, GIBIBYTE, Long.MAX_VALUE));
        configuration.set("spark.executor.memory", "10g").set("spark.executor.cores", "4");
        assertThat(ProcessLimits.of("yarn", configuration, 8, 1, true))
                .isEqualTo(new ProcessLimits(Kind.CONTAINER, 4, 10 * GIBIBYTE, GIBIBYTE));
        configuration.set("spark.executor.memoryOverhead", "2048").set("spark.task.cpus", "2");
        assertThat(ProcessLimits.of("k8s://https://host", configuration, 8, 1, true))
                .isEqualTo(new ProcessLimits(Kind.CONTAINER, 2, 10 * GIBIBYTE, 2 * GIBIBYTE));
    }
}
