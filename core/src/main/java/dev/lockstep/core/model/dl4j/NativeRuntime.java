package dev.lockstep.core.model.dl4j;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.bytedeco.openblas.global.openblas_full;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.factory.Environment;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.nativeblas.NativeOps;
import org.nd4j.nativeblas.NativeOpsHolder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The native libraries of this process: how many threads they may use, and what they chose to compute with. One for the
 * JVM, because the libraries keep one setting for the process.
 */
public final class NativeRuntime {
    private static final Logger LOG = LoggerFactory.getLogger(NativeRuntime.class);

    /** OpenBLAS kernels from before AVX-512; on a processor that has it they are a misdetection. */
    private static final Set<String> OLD_KERNELS =
            Set.of("generic", "prescott", "core2", "penryn", "dunnington", "nehalem", "sandybridge", "haswell", "atom");

    private static final AtomicInteger PINNED_THREADS = new AtomicInteger();
    private static final AtomicBoolean KERNEL_CHECKED = new AtomicBoolean();

    private final int threads;
    private final String kernel;
    private final String configuration;

    private NativeRuntime(int threads) {
        this.threads = threads;
        this.kernel = chosenKernel();
        this.configuration = openblas_full.openblas_get_config().getString();
    }

    /**
     * Sets the threads of BLAS and ND4J, whatever the environment says, and warns once of a slow kernel. ND4J's own
     * operations stay at {@code OMP_NUM_THREADS} where that is set to fewer.
     *
     * @param threads compute threads of this process; the last call wins
     */
    public static NativeRuntime pin(int threads) {
        if (threads < 1) {
            throw new IllegalArgumentException("threads must be above 0, found " + threads);
        }
        int before = PINNED_THREADS.getAndSet(threads);
        if (before != 0 && before != threads) {
            LOG.warn(
                    "Compute threads of this process change from {} to {}; results may differ in the last bits.",
                    before,
                    threads);
        }
        NativeRuntime runtime = new NativeRuntime(threads);
        runtime.pinCurrentThread();
        if (KERNEL_CHECKED.compareAndSet(false, true)) {
            String warning = kernelWarning(runtime.kernel, processorFlags());
            if (warning != null) {
                LOG.warn(warning);
            }
        }
        return runtime;
    }

    /** Whether {@link #pin} has been called in this process. */
    public static boolean isPinned() {
        return PINNED_THREADS.get() != 0;
    }

    /** Applies the limit to the calling thread too: OpenMP keeps it per thread. */
    public void pinCurrentThread() {
        // First, because the class Nd4j is what loads the backend.
        Environment environment = Nd4j.getEnvironment();
        environment.setMaxThreads(threads);
        environment.setMaxMasterThreads(threads);
        operations().setOmpNumThreads(threads);
        openblas_full.openblas_set_num_threads(threads);
    }

    /** The kernel that BLAS chose, without changing any thread count. */
    public static String chosenKernel() {
        return openblas_full.openblas_get_corename().getString();
    }

    /** The kernel that BLAS chose for this processor, for the checkpoint: another one gives other last bits. */
    public String blasKernel() {
        return kernel;
    }

    /** Compute threads of this process. */
    public int threads() {
        return threads;
    }

    /** BLAS, version, kernel, ND4J's instruction set and threads, in one line. */
    public String description() {
        return configurationName() + ", kernel " + kernel + ", ND4J for "
                + instructionSet(operations().binaryLevel()) + ", " + threads + (threads == 1 ? " thread" : " threads");
    }

    private static NativeOps operations() {
        return NativeOpsHolder.getInstance().getDeviceNativeOps();
    }

    /** The version of DL4J, from the description that Maven puts into its jar. */
    static String dl4jVersion() {
        String name = "/META-INF/maven/org.deeplearning4j/deeplearning4j-nn/pom.properties";
        Properties properties = new Properties();
        try (InputStream description = MultiLayerNetwork.class.getResourceAsStream(name)) {
            if (description != null) {
                properties.load(description);
            }
        } catch (IOException e) {
            LOG.debug("{} cannot be read", name, e);
        }
        return properties.getProperty("version", "of unknown version");
    }

    /** "OpenBLAS 0.3.31" of a longer line of build options. */
    private String configurationName() {
        int version = configuration.indexOf(' ') + 1;
        int end = configuration.indexOf(' ', version);
        return end < 0 ? configuration : configuration.substring(0, end);
    }

    /** The numbers of ND4J's build for a processor. */
    private static String instructionSet(int level) {
        return switch (level) {
            case 1 -> "generic x86-64";
            case 2 -> "AVX2";
            case 3 -> "AVX-512";
            default -> "processor level " + level;
        };
    }

    /** What to do about the kernel that BLAS chose here; null when it fits the processor. */
    public static @Nullable String kernelWarning() {
        return kernelWarning(chosenKernel(), processorFlags());
    }

    /** What to do about a kernel that is too old for the processor; null when it fits. */
    static @Nullable String kernelWarning(String kernel, String processorFlags) {
        boolean isOld = OLD_KERNELS.contains(kernel.toLowerCase(Locale.ROOT));
        if (!isOld || !(" " + processorFlags + " ").contains(" avx512f ")) {
            return null;
        }
        return "OpenBLAS chose its kernel for " + kernel
                + ", but this processor has AVX-512: products run several times"
                + " slower than they could. Set OPENBLAS_CORETYPE=SKYLAKEX in the environment of every JVM on"
                + " machines like this one (for executors: spark.executorEnv.OPENBLAS_CORETYPE=SKYLAKEX).";
    }

    /** The instruction sets of this processor as Linux names them, separated by spaces; empty where unknown. */
    public static String processorFlags() {
        Path information = Path.of("/proc/cpuinfo");
        try {
            for (String line : Files.readAllLines(information, StandardCharsets.UTF_8)) {
                if (line.startsWith("flags")) {
                    return line.substring(line.indexOf(':') + 1).strip();
                }
            }
        } catch (IOException e) {
            LOG.debug("{} cannot be read, so the kernel is not checked against the processor", information, e);
        }
        return "";
    }
}
