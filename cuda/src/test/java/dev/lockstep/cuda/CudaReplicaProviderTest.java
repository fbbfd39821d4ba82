package dev.lockstep.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.core.data.Shape;
import dev.lockstep.core.error.LockstepException;
import dev.lockstep.core.model.Activation;
import dev.lockstep.core.model.Device;
import dev.lockstep.core.model.ModelReplica;
import dev.lockstep.core.model.ModelReplicaProvider;
import dev.lockstep.core.model.ModelReplicas;
import dev.lockstep.core.model.NetworkPlan;
import dev.lockstep.core.model.layer.Padding;
import dev.lockstep.core.model.loss.MeanSquaredErrorLoss;
import dev.lockstep.core.oracle.ImageNetworks;
import dev.lockstep.core.oracle.Networks;
import java.util.List;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;

class CudaReplicaProviderTest {
    /** No machine has it. */
    private static final Device.Gpu ABSENT = new Device.Gpu(9999);

    private static final NetworkPlan PLAN =
            Networks.plan(4, new MeanSquaredErrorLoss(), Networks.dense(2, Activation.LINEAR));

    @Test
    void theModuleIsFoundByTheServiceLoader() {
        assertThat(ServiceLoader.load(ModelReplicaProvider.class))
                .singleElement()
                .isInstanceOf(CudaReplicaProvider.class);
    }

    @Test
    void aMissingGpuIsAnObjectionAndTheProcessorComputes() {
        assertThat(new CudaReplicaProvider().objections(PLAN, ABSENT))
                .singleElement()
                .asString()
                .containsPattern("no GPU|do not load here");
        assertThatThrownBy(() -> new CudaReplicaProvider().create(PLAN, 1, ABSENT))
                .isInstanceOf(LockstepException.class)
                .hasMessageContaining("GPU 9999");
        try (ModelReplica replica = ModelReplicas.create(PLAN, 1, 1, ABSENT)) {
            assertThat(replica).isNotInstanceOf(CudaReplica.class);
        }
    }

    @Test
    void layersWithoutKernelsAreNamed() {
        NetworkPlan plan = Networks.plan(
                4,
                new MeanSquaredErrorLoss(),
                Networks.dense(3, Activation.SOFTPLUS),
                Networks.normalization(0.9),
                Networks.dense(2, Activation.LINEAR));
        assertThat(NetworkSupport.objections(plan))
                .satisfiesExactly(
                        first -> assertThat(first).contains("\"dense\"", "softplus"),
                        second -> assertThat(second).contains("\"batch_normalization\"", "on the processor alone"));
    }

    @Test
    void onlyPaddingThatDiffersBeforeAndAfterIsObjectedTo() {
        assertThat(NetworkSupport.objections(convolution(List.of(3, 5), List.of(1, 1))))
                .isEmpty();
        assertThat(NetworkSupport.objections(convolution(List.of(2, 3), List.of(1, 1))))
                .singleElement()
                .asString()
                .contains("\"conv2d\"", "padding: same", "cuDNN");
        // 6 cells in steps of 2 with windows of 3: one cell is missing, and it lies after the image.
        assertThat(NetworkSupport.objections(convolution(List.of(3, 3), List.of(2, 1))))
                .hasSize(1);
        assertThat(NetworkSupport.objections(ImageNetworks.lenet(Shape.of(28, 28), 20, 50, 500)))
                .as("LeNet on MNIST; its second pooling, of 10 x 10 cells, needs no padding")
                .isEmpty();
    }

    private static NetworkPlan convolution(List<Integer> kernel, List<Integer> strides) {
        return Networks.plan(
                Shape.of(6, 7, 3),
                new MeanSquaredErrorLoss(),
                Networks.convolution(2, kernel, strides, Padding.SAME, Activation.RELU));
    }
}
