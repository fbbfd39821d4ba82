package dev.lockstep.core.model.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.core.data.Shape;
import dev.lockstep.core.model.Activation;
import dev.lockstep.core.model.NetworkPlan;
import dev.lockstep.core.model.loss.MeanSquaredErrorLoss;
import dev.lockstep.core.model.loss.SparseCategoricalCrossentropyLoss;
import dev.lockstep.core.oracle.Networks;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Layers that are about shapes: declared, changed, averaged away, or left as they are. */
class ShapeLayersTest {
    private static NetworkPlan plan(Shape input, LayerSpec... layers) {
        return Networks.plan(input, new MeanSquaredErrorLoss(), layers);
    }

    @Test
    void aReshapedSampleHasTheTargetShape() {
        assertThat(plan(Shape.of(4, 6), Networks.reshape(3, 8)).outputShape()).isEqualTo(Shape.of(3, 8));
        assertThat(plan(Shape.of(4, 6), Networks.reshape(2, -1, 3)).outputShape())
                .isEqualTo(Shape.of(2, 4, 3));
        assertThat(plan(Shape.of(4, 6), Networks.reshape(-1)).outputShape()).isEqualTo(Shape.of(24));
    }

    @Test
    void sizesHaveToAgree() {
        assertThatThrownBy(() -> plan(Shape.of(4, 6), Networks.reshape(5, 5)))
                .hasMessage(
                        "layer \"reshape\": the 24 values of the input's shape (4, 6) cannot take the shape [5, 5]");
        assertThatThrownBy(() -> plan(Shape.of(4, 6), Networks.reshape(5, -1)))
                .hasMessageContaining("cannot take the shape [5, -1]");
        assertThatThrownBy(() -> Networks.reshape(-1, -1)).hasMessageContaining("target_shape");
        assertThatThrownBy(() -> Networks.reshape(2, 0)).hasMessageContaining("target_shape");
    }

    @Test
    void theDeclaredShapeHasToBeThatOfTheData() {
        LayerSpec declared = new InputLayer(List.of(4, 6), null);
        assertThat(plan(Shape.of(4, 6), declared, new FlattenLayer(null)).outputShape())
                .isEqualTo(Shape.of(24));
        assertThatThrownBy(() -> plan(Shape.of(4, 6, 1), declared))
                .hasMessageContaining("layer \"input\": the samples have shape (4, 6, 1), declared is (4, 6)")
                .hasMessageContaining("reshape");
        assertThatThrownBy(() -> new InputLayer(List.of(), null)).hasMessageContaining("shape");
        assertThatThrownBy(() -> plan(Shape.of(4, 6), new FlattenLayer(null), new InputLayer(List.of(24), null)))
                .hasMessageContaining("input as the first layer");
    }

    @Test
    void aGlobalAverageIsOneValueForEachChannel() {
        LayerSpec pooling = new GlobalAveragePooling2DLayer(null);
        assertThat(plan(Shape.of(4, 6, 3), pooling).outputShape()).isEqualTo(Shape.of(3));
        assertThat(plan(Shape.of(4, 6), pooling).outputShape()).isEqualTo(Shape.of(1));
        assertThatThrownBy(() -> plan(Shape.of(24), pooling))
                .hasMessageContaining("layer \"global_average_pooling2d\": expects images");
    }

    @Test
    void aLossSeesTheActivationOfALastActivationLayer() {
        LayerSpec softmax = Networks.activation(Activation.SOFTMAX);
        NetworkPlan plan = Networks.plan(
                5, new SparseCategoricalCrossentropyLoss(), Networks.dense(3, Activation.LINEAR), softmax);
        assertThat(plan.lastActivation()).isEqualTo(Activation.SOFTMAX);
        assertThatThrownBy(() -> Networks.plan(Shape.of(2, 3), new SparseCategoricalCrossentropyLoss(), softmax))
                .as("a softmax over each of two rows is none over six outputs")
                .hasMessageContaining("needs a softmax");
    }
}
