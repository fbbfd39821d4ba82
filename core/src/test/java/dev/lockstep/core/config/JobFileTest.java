package dev.lockstep.core.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.core.data.CsvData;
import dev.lockstep.core.data.IdxData;
import dev.lockstep.core.evaluation.AccuracyMetric;
import dev.lockstep.core.evaluation.TopKMetric;
import dev.lockstep.core.model.layer.DenseLayer;
import dev.lockstep.core.model.loss.ClassWeights;
import dev.lockstep.core.optimizer.AdamOptimizer;
import dev.lockstep.core.optimizer.SgdOptimizer;
import dev.lockstep.core.sync.ParameterAveragingSync;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Reading, overriding and writing jobs. */
class JobFileTest {
    private static final Map<String, String> VARIABLES = Map.of("LOCKSTEP_DATA", "/data");
    private static final String JOB =
            """
            name: job
            data: {format: idx, directory: "${LOCKSTEP_DATA}/x", train_images: images.gz, scale: 255}
            model: {layers: [flatten, dense: {units: 128}, dense: {units: 10, activation: softmax}]}
            training: {loss: sparse_categorical_crossentropy, optimizer: adam}
            """;

    static List<Path> examples() throws IOException {
        try (Stream<Path> files = Files.list(Path.of(System.getProperty("lockstep.root"), "examples"))) {
            List<Path> examples = files.filter(file -> file.toString().endsWith(".yaml"))
                    .filter(file -> !String.valueOf(file.getFileName()).startsWith("pipeline-"))
                    .sorted()
                    .toList();
            assertThat(examples).hasSizeGreaterThanOrEqualTo(3);
            return examples;
        }
    }

    @ParameterizedTest
    @MethodSource("examples")
    void examplesReadBackToThemselves(Path example) throws IOException {
        JobConfig job = JobFile.read(Files.readString(example), example.toString(), List.of(), VARIABLES);
        assertThat(example.getFileName()).hasToString(job.name() + ".yaml");
        assertReadsBack(job);
    }

    @Test
    void textThatLooksLikeSomethingElseReadsBack() {
        assertReadsBack(read(
                JOB,
                "data.directory='$${HOME} ${LOCKSTEP_DATA} $$${x'",
                "data.test_images='123'",
                "data.train_labels=\"null\"",
                "data.test_labels=\"a: b # c\\n\\\"d\\\" \\u00e9\\ud83d\\ude00\"",
                "cluster.spark.spark.x='0x1F'",
                "cluster.spark.spark.y=' leading'",
                "cluster.spark.spark.z=''",
                "training.optimizer.adam.epsilon=1e-300",
                "seed=-9223372036854775808"));
    }

    @Test
    void classWeightsAreAWordOrNumbers() {
        JobConfig balanced = read(JOB, "training.class_weights=balanced");
        JobConfig numbers = read(JOB, "training.class_weights={9: 1, 2: 5.5}");
        JobConfig oneMore = read(JOB, "training.class_weights=balanced", "training.class_weights.3=0.25");
        assertThat(balanced.training().classWeights()).isEqualTo(ClassWeights.parse("balanced"));
        assertThat(numbers.training().classWeights()).isEqualTo(ClassWeights.of(Map.of("2", 5.5, "9", 1.0)));
        assertThat(oneMore.training().classWeights()).isEqualTo(ClassWeights.of(Map.of("3", 0.25)));
        assertThat(JobFile.toJson(numbers).path("training").path("class_weights"))
                .hasToString("{\"2\":5.5,\"9\":1.0}");
        assertReadsBack(balanced);
        assertReadsBack(numbers);
    }

    private static void assertReadsBack(JobConfig job) {
        assertThat(JobFile.fromJson(JobFile.toJson(job).toString())).isEqualTo(job);
        assertThat(JobFile.fromJson(JobFile.toJson(job).toPrettyString())).isEqualTo(job);
        String yaml = JobFile.toYaml(job);
        JobConfig again = JobFile.read(yaml, "job.yaml", List.of(), Map.of());
        assertThat(again).isEqualTo(job);
        assertThat(JobFile.toYaml(again)).isEqualTo(yaml);
    }

    @Test
    void defaultsAreSpeltOut() {
        assertThat(JobFile.toYaml(read(JOB)))
                .contains("seed: 42", "batch_size: 32", "sync: gradient_sharing", "every: 1 epoch", "method: random")
                .contains("directory: /data/x", "beta_1: 0.9", "kernel_initializer: glorot_uniform", "workers: null");
    }

    @Test
    void numbers() {
        for (String written : List.of("1e-3", "0.001", "1E-3", "+.1e-2", "0.1e-2")) {
            assertThat(read(JOB, "training.optimizer.adam.learning_rate=" + written)
                            .training()
                            .optimizer())
                    .as(written)
                    .isEqualTo(new AdamOptimizer(0.001, 0.9, 0.999, 1e-7));
        }
        for (String written : List.of("64", "0x40", "0o100", "64.0", "6.4e1", "+64")) {
            assertThat(read(JOB, "training.batch_size=" + written).training().batchSize())
                    .as(written)
                    .isEqualTo(64);
        }
    }

    @Test
    void emptyGroupsAreTheirDefaults() {
        JobConfig job = read(JOB + "cluster:\n  workers:\n  sync:\n  spark:\ncheckpoint:\n");
        assertThat(job).isEqualTo(read(JOB));
        assertThat(job.cluster().workers()).isNull();
    }

    @Test
    void variables() {
        JobConfig job = JobFile.read(
                JOB.replace("idx", "'${FORMAT:-idx}'").replace("units: 128", "units: \"${UNITS}\""),
                "job.yaml",
                List.of("name=${NAME:-a}-${UNITS}", "data.train_labels='$${UNITS}'"),
                Map.of("LOCKSTEP_DATA", "/d$1\\", "UNITS", "7", "NAME", ""));
        IdxData data = (IdxData) job.data();
        assertThat(data.directory()).isEqualTo("/d$1\\/x");
        assertThat(data.trainLabels()).isEqualTo("${UNITS}");
        assertThat(job.name()).isEqualTo("a-7");
        assertThat(((DenseLayer) job.model().layers().get(1)).units()).isEqualTo(7);
    }

    @Test
    void overrideMakesAnUnsetVariableIrrelevant() {
        JobConfig job = JobFile.read(JOB, "job.yaml", List.of("data.directory=/elsewhere"), Map.of());
        assertThat(((IdxData) job.data()).directory()).isEqualTo("/elsewhere");
    }

    @Test
    void overridesOfValues() {
        JobConfig job = read(
                JOB,
                "training.epochs=5",
                "training.metrics=[accuracy, {top_k: {k: 3}}]",
                "model.layers.1.dense.units=64",
                "data.validation.method=sequential",
                "cluster.master=local-cluster[2,1,1024]",
                "cluster.spark.spark.executor.memory=4g",
                "checkpoint.directory=hdfs://namenode:8020/a=b");
        assertThat(job.training().epochs()).isEqualTo(5);
        assertThat(job.training().metrics()).containsExactly(new AccuracyMetric(), new TopKMetric(3));
        assertThat(((DenseLayer) job.model().layers().get(1)).units()).isEqualTo(64);
        assertThat(job.data().validation().method()).hasToString("SEQUENTIAL");
        assertThat(job.cluster().master()).isEqualTo("local-cluster[2,1,1024]");
        assertThat(job.cluster().spark()).containsEntry("spark.executor.memory", "4g");
        assertThat(job.checkpoint().directory()).isEqualTo("hdfs://namenode:8020/a=b");
    }

    @Test
    void overridesOfAlternatives() {
        assertThat(read(JOB, "training.optimizer.sgd.momentum=0.9", "training.optimizer.sgd.nesterov=true")
                        .training()
                        .optimizer())
                .isEqualTo(new SgdOptimizer(0.01, 0.9, true));
        assertThat(read(JOB, "training.optimizer.adam.beta_1=0.8").training().optimizer())
                .isEqualTo(new AdamOptimizer(0.001, 0.8, 0.999, 1e-7));
        assertThat(read(JOB, "training.optimizer=sgd").training().optimizer())
                .isEqualTo(new SgdOptimizer(0.01, 0, false));
        assertThat(read(JOB, "cluster.sync.parameter_averaging.every=4")
                        .cluster()
                        .sync())
                .isEqualTo(new ParameterAveragingSync(4));
        assertThat(read(JOB, "model.layers.0.dropout.rate=0.5").model().layers().get(0))
                .hasToString("DropoutLayer[rate=0.5, name=null]");
    }

    @Test
    void overrideOfTheFormatDropsTheSettingsOfTheOldOne() {
        JobConfig job =
                JobFile.read(JOB, "job.yaml", List.of("data.format=csv", "data.train=a.csv", "data.label=3"), Map.of());
        CsvData data = (CsvData) job.data();
        assertThat(data.train()).isEqualTo("a.csv");
        assertThat(data.label()).containsExactly("3");
        assertThat(data.scale()).isEqualTo(255);
    }

    @Test
    void redaction() {
        JobConfig job = read(
                JOB,
                "cluster.spark.spark.authenticate.secret=canary1",
                "cluster.spark.spark.hadoop.fs.s3a.access.key=canary2",
                "cluster.spark.spark.ssl.keyPassword=canary3",
                "cluster.spark.spark.driver.extraJavaOptions=-Da.password=canary4 -Db=shown1",
                "checkpoint.directory=s3a://canary5:can/ary6@shown2/models",
                "data.directory=hdfs://user@shown3:8020/x");
        assertThat(JobFile.toRedactedYaml(job))
                .doesNotContain("canary")
                .doesNotContain("ary6")
                .contains("shown1", "s3a://***@shown2/models", "hdfs://***@shown3:8020/x")
                .contains("spark.authenticate.secret: '***'");
        assertThat(JobFile.toYaml(job)).contains("canary1", "canary5");
    }

    private static JobConfig read(String text, String... overrides) {
        return JobFile.read(text, "job.yaml", List.of(overrides), VARIABLES);
    }
}
