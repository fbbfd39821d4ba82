package dev.lockstep.spark.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

final class SparkHomeTest {
    @Test
    void localModeNeedsNothing() {
        assertThat(SparkHome.settings("local[2]", Map.of())).isEmpty();
        assertThat(SparkHome.settings("local", Map.of())).isEmpty();
    }

    @Test
    void clusterExecutorsGetOneThreadUnlessTheUserSaysOtherwise(@TempDir Path home) throws Exception {
        Files.createDirectory(home.resolve("jars"));
        Map<String, String> settings = SparkHome.settings(
                "local-cluster[2,1,1024]",
                Map.of(
                        "SPARK_HOME", home.toString(),
                        "OPENBLAS_NUM_THREADS", "3",
                        "OPENBLAS_CORETYPE", "HASWELL"));

        assertThat(settings)
                .containsEntry("spark.executorEnv.OMP_NUM_THREADS", "1")
                .containsEntry("spark.executorEnv.OPENBLAS_NUM_THREADS", "3")
                .containsEntry("spark.executorEnv.OPENBLAS_CORETYPE", "HASWELL")
                .containsEntry("spark.executor.extraJavaOptions", "-XX:+UseParallelGC");
        assertThat(SparkHome.settings("spark://host:7077", Map.of()))
                .doesNotContainKey("spark.executor.extraClassPath");
    }

    @Test
    void aMissingHomeIsToldBeforeSparkFailsToStartExecutors(@TempDir Path empty) {
        assertThatThrownBy(() -> SparkHome.settings("local-cluster[1,1,512]", Map.of()))
                .isInstanceOfSatisfying(LockstepException.class, failure -> assertThat(failure.exitCode())
                        .isEqualTo(ExitCode.USAGE))
                .hasMessageContaining("found no SPARK_HOME")
                .hasMessageContaining("scripts/lockstep");
        assertThatThrownBy(() -> SparkHome.settings("local-cluster[1,1,512]", Map.of("SPARK_HOME", empty.toString())))
                .hasMessageContaining("SPARK_HOME=" + empty + " without it");
    }

    @Test
    void relativeEntriesBecomeAbsolute() {
        assertThat(SparkHome.absoluteClassPath("a.jar::/b/../c.jar"))
                .isEqualTo(Path.of("a.jar").toAbsolutePath() + ":/c.jar");
    }

    @Test
    @Tag("spark")
    @Timeout(value = 120, unit = TimeUnit.SECONDS)
    void executorsInJvmsOfTheirOwnRunAJobWithKryo() {
        String master = "local-cluster[2,1,1024]";
        SparkConf configuration = new SparkConf()
                .setMaster(master)
                .setAppName("spark-home-test")
                .set("spark.ui.enabled", "false")
                .set("spark.serializer", "org.apache.spark.serializer.KryoSerializer")
                .set("spark.kryo.registrationRequired", "true")
                .set("spark.scheduler.minRegisteredResourcesRatio", "1.0");
        SparkHome.settings(master, System.getenv()).forEach(configuration::set);

        List<String> answers;
        try (JavaSparkContext context = new JavaSparkContext(configuration)) {
            answers = context.parallelize(List.of(1, 2), 2)
                    .map(number -> ProcessHandle.current().pid() + " " + System.getenv("OMP_NUM_THREADS") + " "
                            + System.getProperty("java.vm.name").isEmpty())
                    .collect();
        }

        assertThat(answers).hasSize(2).allMatch(answer -> answer.endsWith(" 1 false"));
        assertThat(answers).doesNotContain(ProcessHandle.current().pid() + " 1 false");
        assertThat(answers.stream().distinct()).hasSize(2);
    }
}
