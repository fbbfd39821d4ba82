package dev.lockstep.core.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.core.data.Shape;
import dev.lockstep.core.model.layer.FlattenLayer;
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
}
