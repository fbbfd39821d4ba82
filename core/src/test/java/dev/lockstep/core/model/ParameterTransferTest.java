package dev.lockstep.core.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import dev.lockstep.core.model.layer.LayerSpec;
import dev.lockstep.core.model.loss.SparseCategoricalCrossentropyLoss;
import dev.lockstep.core.oracle.Networks;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ParameterTransferTest {
    private static final NetworkPlan SAVED = plan(
            Networks.dense(128, Activation.RELU),
            Networks.normalization(0.9),
            Networks.dense(64, Activation.RELU),
            Networks.dense(4, Activation.SOFTMAX));

    private static NetworkPlan plan(LayerSpec... layers) {
        return Networks.plan(20, new SparseCategoricalCrossentropyLoss(), layers);
    }

    @Test
    void whatDoesNotFitIsListedWithItsShapes() {
        NetworkPlan model = plan(
                Networks.dense(128, Activation.RELU),
                Networks.normalization(0.9),
                Networks.dense(32, Activation.RELU, false, 0),
                Networks.dropout(0.1),
                Networks.dense(4, Activation.SOFTMAX));
        assertThat(new ParameterTransfer(SAVED, model, List.of()).mismatches())
                .containsExactly(
                        "layer 2 \"dense_1\": saved 128x64, model 128x32",
                        "layer 2 \"dense_1\" bias: saved 64, model none",
                        "layer 4 \"dense_2\": saved 64x4, model 32x4");
        assertThatThrownBy(() -> new ParameterTransfer(SAVED, model, List.of()).requireFits("runs/a"))
                .isInstanceOfSatisfying(LockstepException.class, refused -> assertThat(refused.exitCode())
                        .isEqualTo(ExitCode.MODEL))
                .hasMessageContainingAll("runs/a", "saved 128x64, model 128x32", "model.initial_layers");
    }

    @Test
    void layersThatOneSideLacksAreNamed() {
        NetworkPlan shorter = plan(
                Networks.dense(128, Activation.RELU),
                Networks.normalization(0.9),
                Networks.dense(4, Activation.SOFTMAX));
        assertThat(new ParameterTransfer(SAVED, shorter, List.of()).mismatches())
                .containsExactly(
                        "layer 2 \"dense_1\": saved 128x64, model 128x4",
                        "layer 2 \"dense_1\" bias: saved 64, model 4",
                        "layer \"dense_2\": saved 64x4, model none",
                        "layer \"dense_2\" bias: saved 4, model none");
        assertThat(new ParameterTransfer(shorter, SAVED, List.of("dense", "dense_2")).mismatches())
                .containsExactly(
                        "layer 3 \"dense_2\": saved none, model 64x4", "layer 3 \"dense_2\" bias: saved none, model 4");
    }

    @Test
    void someLayersAreTakenAndTheOthersStay() {
        NetworkPlan model = plan(
                Networks.dense(128, Activation.RELU),
                Networks.normalization(0.9),
                Networks.dense(3, Activation.SOFTMAX));
        ParameterTransfer transfer = new ParameterTransfer(SAVED, model, List.of("dense", "batch_normalization"));
        assertThat(transfer.mismatches()).isEmpty();
        float[] from = new float[SAVED.parameterCount()];
        for (int i = 0; i < from.length; i++) {
            from[i] = i + 1;
        }
        float[] to = new float[model.parameterCount()];
        transfer.copy(from, to);
        int taken = 20 * 128 + 128 + 4 * 128;
        assertThat(Arrays.copyOf(to, taken)).isEqualTo(Arrays.copyOf(from, taken));
        assertThat(Arrays.copyOfRange(to, taken, to.length)).containsOnly(0f);
    }
}
