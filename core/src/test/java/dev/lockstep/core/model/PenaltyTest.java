package dev.lockstep.core.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lockstep.core.model.loss.MeanSquaredErrorLoss;
import dev.lockstep.core.oracle.Networks;
import org.junit.jupiter.api.Test;

class PenaltyTest {
    @Test
    void onlyPenalisedBlocksCount() {
        NetworkPlan plan = Networks.plan(
                3,
                new MeanSquaredErrorLoss(),
                Networks.dense(2, Activation.LINEAR, 0.5),
                Networks.dense(1, Activation.LINEAR));
        float[] parameters = {1, 2, 3, 4, 5, 6, 100, 100, 100, 100, 100};
        float[] gradient = new float[11];
        gradient[0] = 10;
        Penalty penalty = Penalty.of(plan);
        assertThat(penalty.isEmpty()).isFalse();
        assertThat(penalty.addTo(gradient, parameters)).isEqualTo(0.5 * (1 + 4 + 9 + 16 + 25 + 36));
        assertThat(penalty.value(parameters)).isEqualTo(0.5 * 91);
        assertThat(gradient).containsExactly(11, 2, 3, 4, 5, 6, 0, 0, 0, 0, 0);
    }

    @Test
    void theGradientIsThatOfTheValue() {
        NetworkPlan plan = Networks.plan(5, new MeanSquaredErrorLoss(), Networks.dense(3, Activation.LINEAR, 0.03));
        float[] parameters = plan.initialParameters(3);
        float[] gradient = new float[parameters.length];
        Penalty penalty = Penalty.of(plan);
        penalty.addTo(gradient, parameters);
        for (int i = 0; i < 15; i++) {
            float[] moved = parameters.clone();
            moved[i] = parameters[i] + 0.01f;
            double above = penalty.value(moved);
            moved[i] = parameters[i] - 0.01f;
            assertThat((double) gradient[i]).isCloseTo((above - penalty.value(moved)) / 0.02, within(1e-5));
        }
    }

    @Test
    void magnitudesAndSquaresOfKernelsAndBiases() {
        NetworkPlan plan = Networks.plan(
                2,
                new MeanSquaredErrorLoss(),
                Networks.dense(2, Activation.LINEAR, new RegularizerSpec(0.5, 0.25), new RegularizerSpec(0, 2)));
        float[] parameters = {1, -2, 0, 3, -4, -0f};
        float[] gradient = new float[6];
        Penalty penalty = Penalty.of(plan);
        assertThat(penalty.addTo(gradient, parameters)).isEqualTo(0.5 * 14 + 0.25 * 6 + 2 * 4);
        assertThat(penalty.value(parameters)).isEqualTo(7 + 1.5 + 8);
        // Where a weight is 0 it is left alone.
        assertThat(gradient).containsExactly(1.25f, -2.25f, 0, 3.25f, -2, 0);
    }

    @Test
    void theGradientOfBothIsThatOfTheValue() {
        NetworkPlan plan = Networks.plan(
                5,
                new MeanSquaredErrorLoss(),
                Networks.dense(3, Activation.LINEAR, new RegularizerSpec(0.02, 0.05), new RegularizerSpec(0.01, 0.03)));
        float[] parameters = plan.initialParameters(3);
        float[] gradient = new float[parameters.length];
        Penalty penalty = Penalty.of(plan);
        penalty.addTo(gradient, parameters);
        for (int i = 0; i < parameters.length; i++) {
            float[] moved = parameters.clone();
            float distance = Math.min(0.01f, Math.abs(parameters[i]) / 2);
            moved[i] = parameters[i] + distance;
            double above = penalty.value(moved);
            moved[i] = parameters[i] - distance;
            assertThat((double) gradient[i]).isCloseTo((above - penalty.value(moved)) / (2 * distance), within(1e-4));
        }
    }

    @Test
    void aNetworkWithoutPenaltiesHasNone() {
        NetworkPlan plan = Networks.plan(5, new MeanSquaredErrorLoss(), Networks.dense(3, Activation.LINEAR));
        assertThat(Penalty.of(plan).isEmpty()).isTrue();
        assertThat(Penalty.of(plan).addTo(new float[18], new float[18])).isZero();
    }
}
