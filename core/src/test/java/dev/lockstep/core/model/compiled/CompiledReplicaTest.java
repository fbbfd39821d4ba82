package dev.lockstep.core.model.compiled;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.sun.management.ThreadMXBean;
import dev.lockstep.core.data.MiniBatch;
import dev.lockstep.core.model.Activation;
import dev.lockstep.core.model.ModelReplica;
import dev.lockstep.core.model.ModelReplicaContract;
import dev.lockstep.core.model.NetworkPlan;
import dev.lockstep.core.model.dl4j.Dl4jReplica;
import dev.lockstep.core.model.layer.LayerSpec;
import dev.lockstep.core.model.loss.SparseCategoricalCrossentropyLoss;
import dev.lockstep.core.oracle.ImageNetworks;
import dev.lockstep.core.oracle.Networks;
import dev.lockstep.core.random.CounterRandom;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CompiledReplicaTest extends ModelReplicaContract {
    @Override
    protected ModelReplica replica(NetworkPlan plan, int maximumBatchSize) {
        return CompiledReplica.create(plan, maximumBatchSize, 1);
    }

    /** Networks of random depth, widths, activations and batch sizes: the same loss and gradient from both. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void bothReplicasAgreeOnRandomNetworks(long seed) {
        long key = CounterRandom.key(20261121, "network " + seed);
        List<LayerSpec> layers = new ArrayList<>();
        int depth = 1 + CounterRandom.below(key, 0, 4);
        for (int i = 0; i < depth; i++) {
            Activation[] all = Networks.differentiableActivations().toArray(Activation[]::new);
            int units = 1 + CounterRandom.below(key, 10 + i, 40);
            layers.add(Networks.dense(units, all[CounterRandom.below(key, 20 + i, all.length)]));
            if (CounterRandom.below(key, 30 + i, 3) == 0) {
                layers.add(Networks.normalization(0.9));
            }
            if (CounterRandom.below(key, 40 + i, 3) == 0) {
                layers.add(Networks.dropout(0.3));
            }
            if (CounterRandom.below(key, 80 + i, 3) == 0) {
                layers.add(Networks.activation(all[CounterRandom.below(key, 90 + i, all.length)]));
            }
        }
        layers.add(Networks.dense(2 + CounterRandom.below(key, 50, 9), Activation.SOFTMAX));
        NetworkPlan plan = Networks.plan(
                1 + CounterRandom.below(key, 60, 50),
                new SparseCategoricalCrossentropyLoss(),
                layers.toArray(LayerSpec[]::new));
        assertParity(plan, 1 + CounterRandom.below(key, 70, 60));
    }

    @Test
    void bothReplicasAgreeOnImages() {
        ImageNetworks.cases().forEach(network -> {
            if (Dl4jReplica.objections(network.plan()).isEmpty()) {
                assertParity(network.plan(), 6);
            }
        });
    }

    private void assertParity(NetworkPlan plan, int size) {
        float[] initial = plan.initialParameters(SEED);
        MiniBatch batch = Networks.batch(plan, size, SEED + size);
        try (ModelReplica compiled = replica(plan, size);
                ModelReplica dl4j = Dl4jReplica.create(plan, size, 1)) {
            System.arraycopy(initial, 0, compiled.parameters(), 0, initial.length);
            System.arraycopy(initial, 0, dl4j.parameters(), 0, initial.length);
            double loss = compiled.computeGradient(batch, CONTEXT);
            assertThat(loss).isCloseTo(dl4j.computeGradient(batch, CONTEXT), within(1e-5 * size));
            for (int i = 0; i < initial.length; i++) {
                float expected = dl4j.gradient()[i];
                assertThat(compiled.gradient()[i])
                        .as("%s at %d, batch of %d", plan.blockAt(i), i, size)
                        .isCloseTo(expected, within(1e-5f * size * Math.max(1, Math.abs(expected) / size)));
            }
        }
    }

    @Test
    void aStepAllocatesNothing() {
        NetworkPlan plan = ImageNetworks.cases().findFirst().orElseThrow().plan();
        MiniBatch batch = Networks.batch(plan, 8, SEED);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long thread = Thread.currentThread().getId();
        try (ModelReplica replica = replica(plan, 8)) {
            System.arraycopy(plan.initialParameters(SEED), 0, replica.parameters(), 0, plan.parameterCount());
            for (int i = 0; i < 100; i++) {
                replica.computeGradient(batch, CONTEXT);
            }
            long before = threads.getThreadAllocatedBytes(thread);
            for (int i = 0; i < 1000; i++) {
                replica.computeGradient(batch, CONTEXT);
            }
            long bytes = threads.getThreadAllocatedBytes(thread) - before;
            assertThat(bytes).as("bytes allocated by 1000 steps").isLessThan(10_000);
        }
    }
}
