package dev.lockstep.spark.launch;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The jar for spark-submit: what is in it, and that Spark's own SparkSubmit starts it. */
@Tag("spark")
final class AssemblyIT {
    private static final Duration DEADLINE = Duration.ofSeconds(60);

    @Test
    void staysWithinItsSizeBudget() throws Exception {
        long bytes = Files.size(new SparkSubmitRunner().assembly());
        System.out.printf("lockstep-assembly.jar has %,d bytes%n", bytes);
        assertThat(bytes).isLessThan(Long.getLong("lockstep.assembly.limit.bytes"));
    }

    @Test
    void bringsWhatSparkLacksAndNothingThatItHas() throws Exception {
        SparkSubmitRunner runner = new SparkSubmitRunner();

        assertThat(runner.assemblyClasses())
                .contains(
                        "dev/lockstep/spark/LockstepCli.class",
                        "dev/lockstep/core/config/JobConfig.class",
                        "org/deeplearning4j/nn/multilayer/MultiLayerNetwork.class",
                        "org/bytedeco/openblas/global/openblas.class",
                        "picocli/CommandLine.class");
        assertThat(runner.assemblyClasses().stream()
                        .filter(name -> name.matches("(org/apache/(spark|hadoop)|scala|com/fasterxml|org/slf4j)/.*"))
                        // DL4J Spark keeps one class of its own in Spark's package.
                        .filter(name -> !name.startsWith("org/apache/spark/TaskContextHelper")))
                .isEmpty();

        List<Path> sparkJars = runner.sparkJars();
        assertThat(sparkJars).hasSizeGreaterThan(100);
        for (Path jar : sparkJars) {
            Set<String> twice = new HashSet<>(SparkSubmitRunner.classes(jar));
            twice.retainAll(runner.assemblyClasses());
            assertThat(twice)
                    .as("classes of %s that are in the assembly too", jar.getFileName())
                    .isEmpty();
        }
    }

    @Test
    void bringsTheNativesOfOnePlatformAndMergedServices() throws Exception {
        try (JarFile jar = new JarFile(new SparkSubmitRunner().assembly().toFile())) {
            List<String> libraries = jar.stream()
                    .map(ZipEntry::getName)
                    .filter(name -> name.startsWith("org/") && name.matches(".*\\.(so(\\.\\d+)*|dll|dylib)"))
                    .toList();
            assertThat(libraries)
                    .anyMatch(name -> name.contains("libnd4jcpu"))
                    .anyMatch(name -> name.contains("libopenblas"));
            assertThat(libraries).allMatch(name -> name.contains("linux-x86_64"));
            assertThat(jar.stream().map(ZipEntry::getName))
                    .noneMatch(name -> name.matches("META-INF/[^/]*\\.(SF|RSA|DSA)"));
            ZipEntry backends = jar.getEntry("META-INF/services/org.nd4j.linalg.factory.Nd4jBackend");
            assertThat(new String(jar.getInputStream(backends).readAllBytes(), StandardCharsets.UTF_8))
                    .contains("org.nd4j.linalg.cpu.nativecpu.CpuBackend");
        }
    }

    @Test
    void sparkSubmitStartsIt(@TempDir Path directory) throws Exception {
        ChildProcess.Result result = new SparkSubmitRunner().submit(directory, "local[2]", DEADLINE, "--version");

        assertThat(result.output()).startsWith("Lockstep ").contains("Spark 3.5.5");
        assertThat(result.exitCode()).isZero();
    }

    @Test
    void sparkSubmitPassesTheExitCodeOn(@TempDir Path directory) throws Exception {
        ChildProcess.Result result =
                new SparkSubmitRunner().submit(directory, "local[2]", DEADLINE, "train", "--wrong");

        assertThat(result.errors()).contains("lockstep: ");
        assertThat(result.exitCode()).isEqualTo(2);
    }
}
