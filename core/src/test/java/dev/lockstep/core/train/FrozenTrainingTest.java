package dev.lockstep.core.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.core.config.JobConfig;
import dev.lockstep.core.data.Shape;
import dev.lockstep.core.error.LockstepException;
import dev.lockstep.core.model.NetworkPlan;
import dev.lockstep.core.model.ParameterBlock;
import dev.lockstep.core.model.ParameterSpec.Role;
import dev.lockstep.core.oracle.ParameterTolerance;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Layers that are not trained stay as they are to the bit, and the others are trained as if these were constants. */
class FrozenTrainingTest {
    private static final long SEED = 20261122;
    private static final String MODEL =
            "model.layers=[{dense: {units: 16, activation: tanh, kernel_regularizer: {l2: 0.01}}},"
                    + " {batch_normalization: {momentum: 0.9}}, {dense: {units: 8, activation: relu,"
                    + " bias_initializer: {constant: {value: -0.0}}, kernel_regularizer: {l2: 0.01}}}, {dropout: {rate: 0.2}},"
                    + " {dense: {units: 4, activation: softmax, kernel_regularizer: {l2: 0.001}}}]";
    private static final String FROZEN = "model.frozen=[dense, batch_normalization, dense_1]";
    private static final String ONE_BETWEEN = "model.frozen=[dense_1]";
    private static final List<String> OPTIMIZERS = List.of(
            "{sgd: {learning_rate: 0.05}}",
            "{sgd: {learning_rate: 0.02, momentum: 0.9}}",
            "{nesterov: {learning_rate: 0.02, momentum: 0.9}}",
            "{adagrad: {learning_rate: 0.05}}",
            "{adadelta: {learning_rate: 1}}",
            "{rmsprop: {learning_rate: 0.003}}",
            "{adam: {learning_rate: 0.003}}",
            "{adamw: {learning_rate: 0.003, weight_decay: 0.1}}",
            "{nadam: {learning_rate: 0.003}}");

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    static Stream<Arguments> exactCases() {
        return OPTIMIZERS.stream()
                .flatMap(optimizer -> Stream.of(FROZEN, ONE_BETWEEN).map(frozen -> Arguments.of(optimizer, frozen)));
    }

    @ParameterizedTest
    @MethodSource("exactCases")
    void trainingEndsWhereTheReferenceEndsAndFrozenBitsStay(String optimizer, String frozen) {
        JobConfig job = TestJobs.classifier("training.optimizer=" + optimizer, MODEL, frozen, "training.clip_norm=0.5");
        TrainingData data = TestJobs.data(SEED, 300, 40);
        double[] reference = new ReferenceRun(job, data).train().parameters();
        for (int workers = 1; workers <= 2; workers++) {
            float[] trained = train(job, data, workers, "exact-" + workers);
            ParameterTolerance.assertAgree(
                    trained, reference, job.training().optimizer(), 50, optimizer + ", " + workers + " workers");
            assertFrozenBitsStay(job, trained);
        }
    }

    static Stream<String> otherModes() {
        return Stream.of(
                "{parameter_averaging: {every: 3}}",
                "{parameter_averaging: {every: 4, outer_momentum: 0.9, outer_learning_rate: 0.7}}",
                "{gradient_sharing: {codec: float16}}",
                "{gradient_sharing: {codec: {threshold: {}}}}");
    }

    @ParameterizedTest
    @MethodSource("otherModes")
    void frozenBitsStayInEveryMode(String sync) {
        for (String frozen : List.of(FROZEN, ONE_BETWEEN)) {
            JobConfig job = TestJobs.classifier(
                    "training.optimizer={adamw: {learning_rate: 0.003, weight_decay: 0.1}}",
                    MODEL,
                    frozen,
                    "cluster.sync=" + sync);
            assertFrozenBitsStay(job, train(job, TestJobs.data(SEED, 300, 40), 2, "mode"));
        }
    }

    private float[] train(JobConfig job, TrainingData data, int workers, String name) {
        return new InProcessTraining(job, data, workers, directory.resolve(name + job.hashCode()))
                .run()
                .outcome()
                .parameters();
    }

    private static NetworkPlan plan(JobConfig job) {
        return NetworkPlan.of(
                job.model(), Shape.of(TestJobs.FEATURES), job.training().loss());
    }

    private static void assertFrozenBitsStay(JobConfig job, float[] trained) {
        NetworkPlan plan = plan(job);
        float[] initial = plan.initialParameters(job.seed());
        int frozen = 0;
        int moved = 0;
        for (ParameterBlock block : plan.blocks()) {
            for (int i = block.offset(); i < block.end(); i++) {
                boolean same = Float.floatToRawIntBits(trained[i]) == Float.floatToRawIntBits(initial[i]);
                if (block.spec().role() == Role.FROZEN) {
                    assertThat(same).as("%s, index %d", block, i).isTrue();
                    frozen++;
                } else {
                    moved += same ? 0 : 1;
                }
            }
        }
        assertThat(frozen).isPositive();
        assertThat(moved).isGreaterThan((plan.parameterCount() - frozen) / 2);
    }

    @Test
    void aNetworkWithNothingToTrainIsRefused() {
        JobConfig job = TestJobs.classifier("model.frozen=[dense, dense_1]");
        assertThatThrownBy(() -> plan(job).requireTrainable())
                .isInstanceOf(LockstepException.class)
                .hasMessageContaining("model.frozen leaves no layer with parameters to train");
    }

    @Test
    void aNameThatIsNoLayersIsRefusedWithItsPlace() {
        assertThatThrownBy(() -> TestJobs.classifier("model.frozen=[dense, dense_2]"))
                .hasMessageContainingAll("model.frozen.1", "dense, dropout, dense_1", "found \"dense_2\"");
        assertThatThrownBy(() -> TestJobs.classifier("model.initial_layers=[dense]"))
                .hasMessageContainingAll("model.initial_layers", "initial_weights");
        assertThatThrownBy(() -> TestJobs.classifier("model.initial_weights=a", "model.initial_layers=[dnse]"))
                .hasMessageContainingAll("model.initial_layers.0", "did you mean \"dense\"");
    }

    @Test
    void layersHaveTheirNamesWithoutAnyData() {
        assertThat(TestJobs.classifier("model.layers=[{dense: {units: 3}}, {dense: {units: 3, name: dense_7}},"
                                + " {dense: {units: 4, activation: softmax}}]")
                        .model()
                        .layerNames())
                .isEqualTo(List.of("dense", "dense_7", "dense_1"));
    }
}
