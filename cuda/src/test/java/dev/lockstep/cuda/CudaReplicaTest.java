package dev.lockstep.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lockstep.core.data.MiniBatch;
import dev.lockstep.core.data.Shape;
import dev.lockstep.core.model.Activation;
import dev.lockstep.core.model.ModelReplica;
import dev.lockstep.core.model.ModelReplicaContract;
import dev.lockstep.core.model.NetworkPlan;
import dev.lockstep.core.model.compiled.CompiledReplica;
import dev.lockstep.core.model.loss.SparseCategoricalCrossentropyLoss;
import dev.lockstep.core.oracle.ImageNetworks;
import dev.lockstep.core.oracle.Networks;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The contract on the first GPU. */
@Tag("gpu")
class CudaReplicaTest extends ModelReplicaContract {
    @BeforeAll
    static void requireGpu() {
        TestNetworks.requireGpu();
    }

    @Override
    protected ModelReplica replica(NetworkPlan plan, int maximumBatchSize) {
        return TestNetworks.onGpu(plan, maximumBatchSize);
    }

    /** Gradients, which may lie twice as far, within 1e-4. */
    @Override
    protected double tolerance() {
        return 5e-5;
    }

    @Test
    void aPerceptronAgreesWithTheProcessor() {
        assertParity(
                Networks.plan(
                        784,
                        new SparseCategoricalCrossentropyLoss(),
                        Networks.dense(128, Activation.RELU),
                        Networks.dropout(0.2),
                        Networks.dense(64, Activation.SWISH),
                        Networks.dense(10, Activation.SOFTMAX)),
                128);
    }

    @Test
    void aConvolutionalNetworkAgreesWithTheProcessor() {
        assertParity(ImageNetworks.lenet(Shape.of(28, 28), 20, 50, 500), 64);
    }

    /** The mean over the samples, as an optimizer gets it. */
    private void assertParity(NetworkPlan plan, int size) {
        float[] initial = plan.initialParameters(SEED);
        MiniBatch batch = Networks.batch(plan, size, SEED);
        try (ModelReplica gpu = replica(plan, size);
                ModelReplica processor = CompiledReplica.create(plan, size, 1)) {
            System.arraycopy(initial, 0, gpu.parameters(), 0, initial.length);
            System.arraycopy(initial, 0, processor.parameters(), 0, initial.length);
            double expectedLoss = processor.computeGradient(batch, CONTEXT) / size;
            assertThat(gpu.computeGradient(batch, CONTEXT) / size).isCloseTo(expectedLoss, within(1e-4));
            for (int i = 0; i < initial.length; i++) {
                assertThat(gpu.gradient()[i] / size)
                        .as("%s at %d, seed %d", plan.blockAt(i), i, SEED)
                        .isCloseTo(processor.gradient()[i] / size, within(1e-4f));
            }
        }
    }
}
