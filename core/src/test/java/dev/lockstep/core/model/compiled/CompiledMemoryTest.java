package dev.lockstep.core.model.compiled;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.core.collective.LocalProcessGroup;
import dev.lockstep.core.data.MiniBatch;
import dev.lockstep.core.memory.ByteCount;
import dev.lockstep.core.memory.MemoryNeed;
import dev.lockstep.core.model.NetworkPlan;
import dev.lockstep.core.model.StepContext;
import dev.lockstep.core.oracle.ImageNetworks;
import dev.lockstep.core.oracle.Networks;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a replica says that it will allocate, beside what it has allocated after a step and a prediction. */
class CompiledMemoryTest {
    private static final int CAPACITY = 24;
    private static final int STEP = 17;
    private static final long SEED = 20261121;
    private static final StepContext CONTEXT = new StepContext(SEED, 2, LocalProcessGroup.alone());

    @Test
    void everyBufferIsKnownBeforeItIsAllocated() {
        ImageNetworks.cases().forEach(network -> {
            NetworkPlan plan = network.plan();
            try (CompiledReplica replica = CompiledReplica.create(plan, CAPACITY, 1)) {
                System.arraycopy(plan.initialParameters(SEED), 0, replica.parameters(), 0, plan.parameterCount());
                run(replica, plan, STEP);
                run(replica, plan, CAPACITY);

                Map<String, Long> expected = NetworkCompiler.buffers(plan, CAPACITY);
                assertThat(expected).as("%s", network).containsAllEntriesOf(replica.buffers());
                long known = expected.values().stream().mapToLong(each -> each).sum();
                long allocated = replica.buffers().values().stream()
                        .mapToLong(each -> each)
                        .sum();
                assertThat(known).as("%s", network).isLessThanOrEqualTo(allocated + allocated / 5);
                requireScratch(replica, plan, network);
            }
        });
    }

    private static void requireScratch(CompiledReplica replica, NetworkPlan plan, Object network) {
        MemoryNeed need = CompiledReplica.memory(plan, CAPACITY, List.of(STEP, CAPACITY));
        long buffers =
                NetworkMemory.need(NetworkCompiler.buffers(plan, CAPACITY)).offHeapBytes();
        long own = NetworkCompiler.ownMemory(plan, STEP)
                .plus(NetworkCompiler.ownMemory(plan, CAPACITY))
                .offHeapBytes();
        assertThat(ByteCount.sum(buffers, own, replica.scratchBytes()))
                .as("%s, scratch %s", network, ByteCount.text(replica.scratchBytes()))
                .isLessThanOrEqualTo(need.offHeapBytes());
    }

    private static void run(CompiledReplica replica, NetworkPlan plan, int size) {
        MiniBatch batch = Networks.batch(plan, size, SEED);
        replica.computeGradient(batch, CONTEXT);
        replica.predict(batch);
    }
}
