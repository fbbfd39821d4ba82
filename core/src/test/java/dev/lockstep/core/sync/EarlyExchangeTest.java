package dev.lockstep.core.sync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.core.data.Shape;
import dev.lockstep.core.model.Activation;
import dev.lockstep.core.model.NetworkPlan;
import dev.lockstep.core.model.layer.BatchNormalizationLayer;
import dev.lockstep.core.model.layer.FlattenLayer;
import dev.lockstep.core.model.layer.LayerSpec;
import dev.lockstep.core.model.layer.Padding;
import dev.lockstep.core.model.loss.SparseCategoricalCrossentropyLoss;
import dev.lockstep.core.oracle.Networks;
import dev.lockstep.core.sync.ParameterUpdate.Range;
import java.util.List;
import org.junit.jupiter.api.Test;

class EarlyExchangeTest {
    private static NetworkPlan plan(Shape input, LayerSpec... layers) {
        return Networks.plan(input, new SparseCategoricalCrossentropyLoss(), layers);
    }

    @Test
    void denseLayersBehindConvolutionsLeaveEarly() {
        NetworkPlan plan = plan(
                Shape.of(28, 28),
                Networks.convolution(20, List.of(5, 5), List.of(1, 1), Padding.VALID, Activation.RELU),
                new FlattenLayer(null),
                Networks.dense(50, Activation.RELU),
                Networks.dense(10, Activation.SOFTMAX));
        int convolution = 20 * 25 + 20;
        assertThat(EarlyExchange.parts(plan)).containsExactly(new Range(convolution, plan.parameterCount()));
    }

    @Test
    void smallPartsWaitForMoreAndTheFirstLayerIsNeverEarly() {
        NetworkPlan plan = plan(
                Shape.of(300),
                Networks.dense(300, Activation.RELU),
                Networks.dense(300, Activation.RELU),
                Networks.dense(200, Activation.RELU),
                Networks.dense(100, Activation.RELU),
                Networks.dense(10, Activation.SOFTMAX));
        int first = 300 * 300 + 300;
        int second = first + 300 * 300 + 300;
        assertThat(EarlyExchange.parts(plan))
                .containsExactly(new Range(second, plan.parameterCount()), new Range(first, second));
        assertThat(EarlyExchange.parts(plan(
                        Shape.of(784), Networks.dense(128, Activation.RELU), Networks.dense(10, Activation.SOFTMAX))))
                .isEmpty();
    }

    @Test
    void nothingIsEarlyWhereLayersMeetInBetween() {
        NetworkPlan plan = plan(
                Shape.of(300),
                Networks.dense(300, Activation.RELU),
                new BatchNormalizationLayer(0.99, 1e-3, true, null),
                Networks.dense(300, Activation.SOFTMAX));
        assertThat(EarlyExchange.parts(plan)).isEmpty();
    }
}
