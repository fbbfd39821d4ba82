package dev.lockstep.core.sync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.core.model.Activation;
import dev.lockstep.core.model.NetworkPlan;
import dev.lockstep.core.model.ParameterBlock;
import dev.lockstep.core.model.ParameterSpec.Role;
import dev.lockstep.core.model.loss.SparseCategoricalCrossentropyLoss;
import dev.lockstep.core.oracle.Networks;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class EncodedOrderTest {
    @Test
    void statisticsComeLastAndEverythingFindsItsWayBack() {
        NetworkPlan plan = Networks.plan(
                7,
                new SparseCategoricalCrossentropyLoss(),
                Networks.dense(5, Activation.RELU),
                Networks.normalization(0.9),
                Networks.dense(4, Activation.RELU),
                Networks.normalization(0.9),
                Networks.dense(3, Activation.SOFTMAX));
        EncodedOrder order = EncodedOrder.statisticsLast(plan);
        float[] vector = new float[plan.parameterCount() + 5];
        for (int i = 0; i < vector.length; i++) {
            vector[i] = i;
        }
        float[] before = vector.clone();
        order.write(vector);
        int statistics = 0;
        for (ParameterBlock block : plan.blocks()) {
            if (block.spec().role() == Role.STATISTIC) {
                statistics += block.length();
                for (int i = block.offset(); i < block.end(); i++) {
                    assertThat(Arrays.copyOfRange(vector, order.encoded(), plan.parameterCount()))
                            .contains((float) i);
                }
            }
        }
        assertThat(statistics).isPositive();
        assertThat(order.encoded()).isEqualTo(plan.parameterCount() - statistics);
        assertThat(Arrays.copyOfRange(vector, plan.parameterCount(), vector.length))
                .isEqualTo(Arrays.copyOfRange(before, plan.parameterCount(), before.length));
        order.read(vector);
        assertThat(vector).isEqualTo(before);
    }
}
