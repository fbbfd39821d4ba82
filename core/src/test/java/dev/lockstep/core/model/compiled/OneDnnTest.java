package dev.lockstep.core.model.compiled;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.core.data.MiniBatch;
import dev.lockstep.core.model.Activation;
import dev.lockstep.core.model.NetworkPlan;
import dev.lockstep.core.model.StepContext;
import dev.lockstep.core.model.loss.MeanSquaredErrorLoss;
import dev.lockstep.core.oracle.Networks;
import dev.lockstep.core.oracle.SingleWorkerGroup;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.bytedeco.dnnl.global.dnnl;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class OneDnnTest {
    private static final NetworkPlan PLAN = Networks.plan(
            512,
            new MeanSquaredErrorLoss(),
            Networks.dense(512, Activation.RELU),
            Networks.dense(512, Activation.LINEAR));

    @AfterEach
    void oneThreadAgain() {
        CompiledReplica.create(PLAN, 1, 1).close();
    }

    @Test
    void whatComputesIsSaid() {
        assertThat(OneDnn.version()).startsWith("oneDNN 3.");
        assertThat(OneDnn.instructionSet()).isNotBlank();
        assertThat(OneDnn.unavailableReason()).isNull();
    }

    @Test
    void oldKernelsOnANewProcessorAreWarnedAbout() {
        assertThat(OneDnn.instructionSetWarning(dnnl.dnnl_cpu_isa_avx2, "fpu avx2 avx512f avx512bw"))
                .contains("AVX2", "ONEDNN_MAX_CPU_ISA", "spark.executorEnv");
        assertThat(OneDnn.instructionSetWarning(dnnl.dnnl_cpu_isa_avx512_core, "fpu avx2 avx512f"))
                .isNull();
        assertThat(OneDnn.instructionSetWarning(dnnl.dnnl_cpu_isa_avx512_core_amx, "fpu avx2 avx512f"))
                .isNull();
        assertThat(OneDnn.instructionSetWarning(dnnl.dnnl_cpu_isa_avx2, "fpu avx2"))
                .isNull();
    }

    /** Threads that OpenMP starts take their name from the one that they are started by. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void aReplicaComputesWithTheThreadsItWasGiven() throws Exception {
        assertThat(threadsOf("one-thread", 1)).isEqualTo(1);
        if (Runtime.getRuntime().availableProcessors() > 1 && System.getenv("OMP_NUM_THREADS") == null) {
            assertThat(threadsOf("two-threads", 2)).isEqualTo(2);
        }
    }

    private static long threadsOf(String name, int threads) throws Exception {
        ExecutorService executor = Executors.newSingleThreadExecutor(task -> new Thread(task, name));
        try {
            return executor.submit(() -> {
                        try (CompiledReplica replica = CompiledReplica.create(PLAN, 256, threads)) {
                            MiniBatch batch = Networks.batch(PLAN, 256, 1);
                            replica.computeGradient(batch, new StepContext(1, 0, new SingleWorkerGroup()));
                            return named(name);
                        }
                    })
                    .get(60, TimeUnit.SECONDS);
        } finally {
            executor.shutdownNow();
        }
    }

    private static long named(String name) throws IOException {
        try (Stream<Path> tasks = Files.list(Path.of("/proc/self/task"))) {
            return tasks.filter(task -> nameOf(task).equals(name)).count();
        }
    }

    private static String nameOf(Path task) {
        try {
            return Files.readString(task.resolve("comm"), StandardCharsets.UTF_8)
                    .strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
