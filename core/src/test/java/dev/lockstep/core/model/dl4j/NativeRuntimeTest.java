package dev.lockstep.core.model.dl4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.bytedeco.openblas.global.openblas_full;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.factory.Nd4j;

class NativeRuntimeTest {
    @AfterEach
    void oneThreadAgain() {
        NativeRuntime.pin(1);
    }

    @Test
    void threadsArePinnedWhateverTheyWereBefore() {
        NativeRuntime two = NativeRuntime.pin(2);
        assertThat(two.threads()).isEqualTo(2);
        assertThat(openblas_full.openblas_get_num_threads()).isEqualTo(2);
        // ND4J never goes above OMP_NUM_THREADS, which may be set here; the processes below run without it.
        assertThat(Nd4j.getEnvironment().maxThreads()).isBetween(1, 2);
        NativeRuntime.pin(1);
        assertThat(openblas_full.openblas_get_num_threads()).isEqualTo(1);
        assertThat(Nd4j.getEnvironment().maxThreads()).isEqualTo(1);
        assertThat(Nd4j.getEnvironment().maxMasterThreads()).isEqualTo(1);
    }

    @Test
    void whatComputesIsSaidInOneLine() {
        NativeRuntime runtime = NativeRuntime.pin(1);
        assertThat(runtime.blasKernel()).isNotBlank();
        assertThat(runtime.description())
                .startsWith("OpenBLAS 0.3.")
                .contains("kernel " + runtime.blasKernel())
                .endsWith("1 thread");
        assertThat(NativeRuntime.dl4jVersion()).startsWith("1.0.0-");
    }

    @Test
    void anOldKernelOnANewProcessorIsWarnedAbout() {
        assertThat(NativeRuntime.kernelWarning("Prescott", "fpu sse avx512f avx512bw"))
                .contains("Prescott", "OPENBLAS_CORETYPE=SKYLAKEX", "spark.executorEnv");
        assertThat(NativeRuntime.kernelWarning("SkylakeX", "fpu sse avx512f")).isNull();
        assertThat(NativeRuntime.kernelWarning("Sapphirerapids", "fpu sse avx512f"))
                .isNull();
        assertThat(NativeRuntime.kernelWarning("Haswell", "fpu sse avx2")).isNull();
        assertThat(NativeRuntime.kernelWarning("Prescott", "")).isNull();
    }

    /** Executors of one host start together and unpack the same libraries into the same folder. */
    @Test
    @Tag("process")
    void severalProcessesMayUnpackTheLibrariesAtOnce(@TempDir Path folder) throws Exception {
        List<Process> processes = new ArrayList<>();
        List<Path> logs = new ArrayList<>();
        try {
            for (int i = 0; i < 2; i++) {
                Path log = folder.resolve("process-" + i + ".log");
                logs.add(log);
                processes.add(start(folder.resolve("cache"), log));
            }
            for (int i = 0; i < 2; i++) {
                assertThat(processes.get(i).waitFor(120, TimeUnit.SECONDS))
                        .as("process %d ends within 120 s", i)
                        .isTrue();
                assertThat(processes.get(i).exitValue()).as(text(logs.get(i))).isZero();
                assertThat(text(logs.get(i))).contains("threads 2 2").contains("OpenBLAS 0.3.");
            }
        } finally {
            processes.forEach(Process::destroyForcibly);
        }
    }

    private static Process start(Path cache, Path log) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-Dorg.bytedeco.javacpp.cachedir=" + cache,
                "-cp",
                System.getProperty("java.class.path"),
                NativeRuntimeProbe.class.getName());
        builder.environment().remove("OMP_NUM_THREADS");
        builder.environment().remove("OPENBLAS_NUM_THREADS");
        return builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
    }

    private static String text(Path log) throws IOException {
        return Files.readString(log, StandardCharsets.UTF_8);
    }
}
