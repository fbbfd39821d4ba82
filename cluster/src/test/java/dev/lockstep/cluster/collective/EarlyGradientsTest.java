package dev.lockstep.cluster.collective;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.cluster.transport.DataTransport;
import dev.lockstep.cluster.transport.PeerGroups;
import dev.lockstep.core.collective.LocalProcessGroup;
import dev.lockstep.core.collective.ProcessGroup;
import dev.lockstep.core.collective.RankThreads;
import dev.lockstep.core.data.MiniBatch;
import dev.lockstep.core.data.Shape;
import dev.lockstep.core.model.Activation;
import dev.lockstep.core.model.ModelReplica;
import dev.lockstep.core.model.ModelReplicas;
import dev.lockstep.core.model.NetworkPlan;
import dev.lockstep.core.model.StepContext;
import dev.lockstep.core.model.layer.FlattenLayer;
import dev.lockstep.core.model.layer.Padding;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Gradients that leave before the backward pass is over make the same model as those that wait. */
@Tag("process")
class EarlyGradientsTest {
    private static final byte[] SECRET = "a secret of the test run".getBytes(StandardCharsets.UTF_8);
    private static final Duration DEADLINE = Duration.ofSeconds(60);
    private static final int STEPS = 6;
    private static final int ROWS = 4;

    private static NetworkPlan plan() {
        return Networks.plan(
                Shape.of(28, 28),
                new SparseCategoricalCrossentropyLoss(),
                Networks.convolution(8, List.of(5, 5), List.of(1, 1), Padding.VALID, Activation.RELU),
                Networks.maxPooling(List.of(2, 2), List.of(2, 2), Padding.VALID),
                new FlattenLayer(null),
                Networks.dense(100, Activation.RELU),
                Networks.dense(10, Activation.SOFTMAX));
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void everyTransportMakesTheSameModel(int size) throws Exception {
        List<float[]> expected = train(LocalProcessGroup.create(size, DEADLINE));
        for (DataTransport transport :
                List.of(DataTransport.sockets(false), DataTransport.sockets(true), new DataTransport(false, true))) {
            List<TcpProcessGroup> groups = PeerGroups.open(size, SECRET, transport, DEADLINE);
            List<float[]> found = train(groups);
            groups.forEach(TcpProcessGroup::close);
            for (int rank = 0; rank < size; rank++) {
                assertThat(found.get(rank)).as("%s, rank %d", transport, rank).isEqualTo(expected.get(0));
            }
        }
    }

    /** The last rank has no samples in every other step: it must offer all the same. */
    private static List<float[]> train(List<? extends ProcessGroup> groups) throws Exception {
        int last = groups.size() - 1;
        List<float[]> parameters = new ArrayList<>();
        parameters.addAll(RankThreads.results(groups.size(), rank -> {
            NetworkPlan plan = plan();
            ProcessGroup group = groups.get(rank);
            try (ModelReplica replica = ModelReplicas.create(plan, ROWS, 1)) {
                System.arraycopy(plan.initialParameters(1), 0, replica.parameters(), 0, plan.parameterCount());
                SgdOptimizer optimizer = new SgdOptimizer(0.05, 0.9, false);
                TrainingState state = new TrainingState(replica.parameters(), optimizer.stateSlots());
                GradientSharing sharing = new GradientSharing(plan, optimizer);
                StepContext context = new StepContext(1, 0, group, sharing.gradientListener(group));
                for (int step = 0; step < STEPS; step++) {
                    MiniBatch batch = Networks.batch(plan, rank == last && step % 2 == 1 ? 0 : ROWS, 10 * step + rank);
                    double loss = replica.computeGradient(batch, context);
                    sharing.step(
                            new StepContribution(
                                    replica.gradient(), batch.size(), batch.size(), loss, 0, 0, false, false),
                            state,
                            group);
                }
                return replica.parameters().clone();
            }
        }));
        return parameters;
    }
}
