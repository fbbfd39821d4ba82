package dev.lockstep.core.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.core.data.Shape;
import dev.lockstep.core.model.layer.FlattenLayer;
import dev.lockstep.core.model.layer.GlobalAveragePooling2DLayer;
import dev.lockstep.core.model.layer.InputLayer;
import dev.lockstep.core.model.layer.Padding;
import dev.lockstep.core.model.loss.SparseCategoricalCrossentropyLoss;
import dev.lockstep.core.oracle.Networks;
import java.util.List;
import org.junit.jupiter.api.Test;

class SummaryTest {
    @Test
    void aNetworkIsPrintedAsKerasPrintsIt() {
        NetworkPlan plan = NetworkPlan.of(
                new ModelSpec(List.of(
                        new FlattenLayer(null),
                        Networks.dense(128, Activation.RELU),
                        Networks.normalization(0.99),
                        Networks.dropout(0.2),
                        Networks.dense(10, Activation.SOFTMAX))),
                Shape.of(28, 28),
                new SparseCategoricalCrossentropyLoss());
        assertThat(Summary.of(plan))
                .isEqualTo(
                        """
                        ┏━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━┳━━━━━━━━━┓
                        ┃ Layer (type)                             ┃ Output Shape ┃ Param # ┃
                        ┡━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━╇━━━━━━━━━┩
                        │ flatten (Flatten)                        │ (None, 784)  │       0 │
                        ├──────────────────────────────────────────┼──────────────┼─────────┤
                        │ dense (Dense)                            │ (None, 128)  │ 100,480 │
                        ├──────────────────────────────────────────┼──────────────┼─────────┤
                        │ batch_normalization (BatchNormalization) │ (None, 128)  │     512 │
                        ├──────────────────────────────────────────┼──────────────┼─────────┤
                        │ dropout (Dropout)                        │ (None, 128)  │       0 │
                        ├──────────────────────────────────────────┼──────────────┼─────────┤
                        │ dense_1 (Dense)                          │ (None, 10)   │   1,290 │
                        └──────────────────────────────────────────┴──────────────┴─────────┘
                         Total params: 102,282 (399.54 KB)
                         Trainable params: 102,026 (398.54 KB)
                         Non-trainable params: 256 (1.00 KB)
                        """);
    }

    @Test
    void imagesAreOfHeightWidthAndChannels() {
        NetworkPlan plan = Networks.plan(
                Shape.of(28, 28),
                new SparseCategoricalCrossentropyLoss(),
                Networks.convolution(20, List.of(5, 5), List.of(1, 1), Padding.VALID, Activation.RELU),
                Networks.maxPooling(List.of(2, 2), List.of(2, 2), Padding.VALID),
                Networks.averagePooling(List.of(2, 2), List.of(2, 2), Padding.VALID),
                new FlattenLayer(null),
                Networks.dense(10, Activation.SOFTMAX));
        assertThat(Summary.of(plan).lines().filter(line -> line.startsWith("│")))
                .containsExactly(
                        "│ conv2d (Conv2D)                      │ (None, 24, 24, 20) │     520 │",
                        "│ max_pooling2d (MaxPooling2D)         │ (None, 12, 12, 20) │       0 │",
                        "│ average_pooling2d (AveragePooling2D) │ (None, 6, 6, 20)   │       0 │",
                        "│ flatten (Flatten)                    │ (None, 720)        │       0 │",
                        "│ dense (Dense)                        │ (None, 10)         │   7,210 │");
    }

    @Test
    void theInputIsNotListedAndNamesKeepTheirDigits() {
        NetworkPlan plan = Networks.plan(
                Shape.of(36),
                new SparseCategoricalCrossentropyLoss(),
                new InputLayer(List.of(36), null),
                Networks.reshape(6, -1, 2),
                new GlobalAveragePooling2DLayer(null),
                Networks.activation(Activation.SOFTMAX));
        assertThat(Summary.of(plan).lines().filter(line -> line.startsWith("│")))
                .containsExactly(
                        "│ reshape (Reshape)                                 │ (None, 6, 3, 2) │       0 │",
                        "│ global_average_pooling2d (GlobalAveragePooling2D) │ (None, 2)       │       0 │",
                        "│ activation (Activation)                           │ (None, 2)       │       0 │");
    }
}
