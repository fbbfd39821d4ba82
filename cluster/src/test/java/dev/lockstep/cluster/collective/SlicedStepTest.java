package dev.lockstep.cluster.collective;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.cluster.transport.PeerGroups;
import dev.lockstep.core.collective.LocalProcessGroup;
import dev.lockstep.core.collective.ProcessGroup;
import dev.lockstep.core.collective.RankThreads;
import dev.lockstep.core.data.MiniBatch;
import dev.lockstep.core.data.Slice;
import dev.lockstep.core.model.Activation;
import dev.lockstep.core.model.ModelReplica;
import dev.lockstep.core.model.ModelReplicas;
import dev.lockstep.core.model.NetworkPlan;
import dev.lockstep.core.model.SlicedReplica;
import dev.lockstep.core.model.StepContext;
import dev.lockstep.core.model.layer.BatchNormalizationLayer;
import dev.lockstep.core.model.loss.SparseCategoricalCrossentropyLoss;
import dev.lockstep.core.optimizer.SgdOptimizer;
import dev.lockstep.core.oracle.Networks;
import dev.lockstep.core.sync.GradientSharing;
import dev.lockstep.core.sync.StepContribution;
import dev.lockstep.core.sync.TrainingState;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Slices computed by workers that are connected by sockets give the bits of slices computed by one worker. */
@Tag("process")
class SlicedStepTest {
    private static final byte[] SECRET = "a secret of the test run".getBytes(StandardCharsets.UTF_8);
    private static final Duration DEADLINE = Duration.ofSeconds(60);
    private static final int SLICES = 4;
    private static final int STEPS = 6;
    private static final int ROWS = 30;

    /** More parameters than are sent whole, so that each rank sums a part of them. */
    private static NetworkPlan plan() {
        return Networks.plan(
                200,
                new SparseCategoricalCrossentropyLoss(),
                Networks.dense(100, Activation.RELU),
                new BatchNormalizationLayer(0.9, 1e-3, true, null),
                Networks.dense(10, Activation.SOFTMAX));
    }

    @Test
    void oneTwoAndFourWorkersGiveTheSameBits() throws Exception {
        float[] expected = train(LocalProcessGroup.create(1, DEADLINE)).get(0);
        for (int workers : new int[] {2, 4}) {
            List<TcpProcessGroup> groups = PeerGroups.open(workers, SECRET, false, DEADLINE);
            List<float[]> found = train(groups);
            groups.forEach(TcpProcessGroup::close);
            assertThat(found).hasSize(workers).allSatisfy(parameters -> assertThat(parameters)
                    .isEqualTo(expected));
        }
    }

    /** The last step has two samples, so that the last slices are empty. */
    private static List<float[]> train(List<? extends ProcessGroup> groups) throws Exception {
        int workers = groups.size();
        List<float[]> parameters = new ArrayList<>();
        parameters.addAll(RankThreads.results(workers, rank -> {
            NetworkPlan plan = plan();
            ProcessGroup group = groups.get(rank);
            try (ModelReplica replica = SlicedReplica.of(
                    SLICES / workers,
                    (ROWS + SLICES - 1) / SLICES,
                    1,
                    capacity -> ModelReplicas.create(plan, capacity, 1))) {
                System.arraycopy(plan.initialParameters(1), 0, replica.parameters(), 0, plan.parameterCount());
                SgdOptimizer optimizer = new SgdOptimizer(0.05, 0.9, false);
                TrainingState state = new TrainingState(replica.parameters(), optimizer.stateSlots());
                GradientSharing sharing = new GradientSharing(plan, optimizer);
                StepContext context = new StepContext(1, 0, group, sharing.gradientListener(group));
                for (int step = 0; step < STEPS; step++) {
                    MiniBatch global = Networks.batch(plan, step == STEPS - 1 ? 2 : ROWS, 10 * step);
                    MiniBatch own = new MiniBatch(ROWS, global.featureCount(), global.labelWidth());
                    global.copyRows(rowsOf(global, rank, SLICES / workers), own);
                    double loss = replica.computeGradient(own, context);
                    sharing.step(
                            new StepContribution(
                                    replica.gradient(), own.size(), global.size(), loss, 0, 0, false, false),
                            state,
                            group);
                }
                return replica.parameters().clone();
            }
        }));
        return parameters;
    }

    private static Slice rowsOf(MiniBatch global, int rank, int each) {
        return new Slice(
                Slice.of(0, global.size(), SLICES, rank * each).from(),
                Slice.of(0, global.size(), SLICES, rank * each + each - 1).to());
    }
}
