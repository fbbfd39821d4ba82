package dev.lockstep.core.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.core.data.InMemorySamples;
import dev.lockstep.core.data.MiniBatch;
import dev.lockstep.core.data.Shape;
import dev.lockstep.core.error.LockstepException;
import dev.lockstep.core.model.Activation;
import dev.lockstep.core.model.NetworkPlan;
import dev.lockstep.core.model.loss.BinaryCrossentropyLoss;
import dev.lockstep.core.model.loss.CategoricalCrossentropyLoss;
import dev.lockstep.core.model.loss.ClassWeights;
import dev.lockstep.core.model.loss.LossSpec;
import dev.lockstep.core.model.loss.MeanAbsoluteErrorLoss;
import dev.lockstep.core.model.loss.SparseCategoricalCrossentropyLoss;
import dev.lockstep.core.oracle.Networks;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ClassWeightingTest {
    /** Six training samples of the classes 0, 0, 0, 0, 2, 2; the last two are not trained with. */
    private static final float[] LABELS = {0, 0, 2, 0, 2, 0, 1, 1};

    private static final ClassWeights BALANCED = ClassWeights.parse("balanced");

    private static @Nullable ClassWeighting weighting(@Nullable ClassWeights weights, LossSpec loss, int outputs) {
        Activation last = loss instanceof BinaryCrossentropyLoss ? Activation.SIGMOID : Activation.SOFTMAX;
        NetworkPlan plan = Networks.plan(1, loss, Networks.dense(outputs, last));
        InMemorySamples samples = new InMemorySamples(Shape.of(1), 1, new float[LABELS.length], LABELS);
        return ClassWeighting.of(
                weights, plan, new TrainingData(samples, new int[] {0, 1, 2, 3, 4, 5}, new int[] {6, 7}, null));
    }

    private static float[] weights(@Nullable ClassWeighting weighting, int width, float... labels) {
        int size = labels.length / width;
        MiniBatch batch = new MiniBatch(size, 1, width);
        batch.resize(size);
        System.arraycopy(labels, 0, batch.labels(), 0, labels.length);
        Objects.requireNonNull(weighting).weigh(batch);
        float[] weights = new float[size];
        for (int row = 0; row < size; row++) {
            weights[row] = batch.weight(row);
        }
        return weights;
    }

    @Test
    void balancedWeightsCountTheTrainingPartAndTheClassesInIt() {
        ClassWeighting weighting = weighting(BALANCED, new SparseCategoricalCrossentropyLoss(), 4);
        assertThat(weights(weighting, 1, 2, 0, 1, 3)).containsExactly(6 / (2 * 2f), 6 / (2 * 4f), 1, 1);
    }

    @Test
    void aVectorIsOfTheClassOfItsLargestElement() {
        ClassWeighting weighting =
                weighting(ClassWeights.of(Map.of("0", 0.5, "2", 4.0)), new CategoricalCrossentropyLoss(), 3);
        assertThat(weights(weighting, 3, 0, 0, 1, 1, 0, 0, 0, 1, 0)).containsExactly(4, 0.5f, 1);
    }

    @Test
    void oneOutputTellsTwoClassesApart() {
        ClassWeighting weighting = weighting(BALANCED, new BinaryCrossentropyLoss(), 1);
        assertThat(weights(weighting, 1, 1, 0, -1)).containsExactly(6 / (2 * 2f), 6 / (2 * 4f), 6 / (2 * 4f));
    }

    @Test
    void noneAreNone() {
        assertThat(weighting(null, new SparseCategoricalCrossentropyLoss(), 3)).isNull();
    }

    @Test
    void regressionIsRefused() {
        NetworkPlan plan = Networks.plan(1, new MeanAbsoluteErrorLoss(), Networks.dense(3, Activation.LINEAR));
        assertThatThrownBy(() -> ClassWeighting.of(BALANCED, plan, TestJobs.data(1, 3, 0)))
                .isInstanceOf(LockstepException.class)
                .hasMessageContaining("training.class_weights")
                .hasMessageContaining("found mae");
    }
}
