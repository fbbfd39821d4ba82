package dev.lockstep.core.oracle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lockstep.core.data.MiniBatch;
import dev.lockstep.core.model.ModelReplica;
import dev.lockstep.core.model.NetworkPlan.PlannedLayer;
import java.util.List;

/** What the layers of a replica pass on, beside what those of the reference do. */
public final class ReferenceActivations {
    private ReferenceActivations() {}

    /**
     * Requires that they are equal after a replica has predicted a batch.
     *
     * @param reference with the parameters of the replica
     * @param tolerance how far a value may lie from the reference's, relative to its size where that is above 1
     */
    public static void assertEqual(
            ModelReplica replica, ReferenceTrainer reference, MiniBatch batch, double tolerance) {
        List<double[]> expected = reference.activations(batch.features(), batch.size());
        List<PlannedLayer> layers = replica.plan().layers();
        assertThat(expected).hasSameSizeAs(layers);
        for (int layer = 0; layer < layers.size(); layer++) {
            String name = layers.get(layer).name();
            float[] values = replica.activations(layer)
                    .orElseThrow(() -> new AssertionError("the activations of " + name + " are not kept"));
            double[] wanted = expected.get(layer);
            assertThat(values).as(name).hasSize(wanted.length);
            for (int i = 0; i < wanted.length; i++) {
                assertThat((double) values[i])
                        .as("activation %d of %s, batch of %d", i, name, batch.size())
                        .isCloseTo(wanted[i], within(tolerance * Math.max(1, Math.abs(wanted[i]))));
            }
        }
    }
}
