package dev.lockstep.core.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.core.checkpoint.CheckpointManager;
import dev.lockstep.core.checkpoint.LocalCheckpointStorage;
import dev.lockstep.core.collective.PeerLostException;
import dev.lockstep.core.config.JobConfig;
import dev.lockstep.core.data.Shape;
import dev.lockstep.core.model.NetworkPlan;
import dev.lockstep.core.oracle.SingleWorkerGroup;
import dev.lockstep.core.sync.TrainingState;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The state of the most advanced worker arrives whole, or not at all. */
class StateSharingTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    /** Brings so many arrays of ones from rank 0, then it is dead. */
    private static final class DyingSource extends SingleWorkerGroup {
        private int arrays;

        DyingSource(int arrays) {
            super(2);
            this.arrays = arrays;
        }

        @Override
        public int rank() {
            return 1;
        }

        @Override
        public void broadcast(float[] values, int length, int root) {
            arrive();
            Arrays.fill(values, 0, length, 1f);
        }

        @Override
        public void broadcast(double[] values, int length, int root) {
            arrive();
            Arrays.fill(values, 0, length, 1.0);
        }

        private void arrive() {
            if (arrays-- == 0) {
                throw new PeerLostException("rank 0 is gone", null);
            }
        }
    }

    /** Else it would go on with the parameters of one step and the moments of another, and nobody would see it. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5})
    void aSourceThatDiesOnTheWayLeavesTheOthersStateAsItWas(int arrays) {
        JobConfig job = TestJobs.classifier("training.optimizer=adam");
        NetworkPlan plan = NetworkPlan.of(
                job.model(), Shape.of(TestJobs.FEATURES), job.training().loss());
        TrainingState state = new TrainingState(plan.initialParameters(5), 2);
        Arrays.fill(state.optimizerState().slot(0), 0.25f);
        state.advanceStep();
        state.totals().add(30, 17, 3, 1);
        TrainingState before = state.copy();
        try (CheckpointManager checkpoints = new CheckpointManager(
                new LocalCheckpointStorage(directory), job.checkpoint(), () -> 1L, "test", event -> {})) {
            StateKeeper keeper = new StateKeeper(checkpoints, plan, job.seed(), "test", state, InitialParameters.DRAWN);
            assertThatThrownBy(() -> keeper.broadcast(new DyingSource(arrays), 0))
                    .isInstanceOf(PeerLostException.class);
        }
        assertThat(state.parameters()).isEqualTo(before.parameters());
        assertThat(state.optimizerState().toFlat())
                .isEqualTo(before.optimizerState().toFlat());
        assertThat(state.header()).isEqualTo(before.header());
    }
}
