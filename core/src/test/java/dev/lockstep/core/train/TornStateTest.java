package dev.lockstep.core.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.core.checkpoint.CheckpointManager;
import dev.lockstep.core.checkpoint.LocalCheckpointStorage;
import dev.lockstep.core.collective.Generation;
import dev.lockstep.core.collective.Membership;
import dev.lockstep.core.collective.PeerLostException;
import dev.lockstep.core.config.JobConfig;
import dev.lockstep.core.model.ModelReplica;
import dev.lockstep.core.model.ModelReplicas;
import dev.lockstep.core.model.NetworkPlan;
import dev.lockstep.core.oracle.SingleWorkerGroup;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The most advanced worker is lost while it hands out its state: nobody may go on with a half of it. */
class TornStateTest {
    private static final long SEED = 97;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    /** A worker that believes to meet others; the second meeting, or the first, breaks while a state comes in. */
    private static final class BreakingMembership implements Membership {
        private final int breakingMeeting;
        private final int brokenBroadcast;
        final List<Long> joinedAt = new ArrayList<>();

        BreakingMembership(int breakingMeeting, int brokenBroadcast) {
            this.breakingMeeting = breakingMeeting;
            this.brokenBroadcast = brokenBroadcast;
        }

        @Override
        public int rank() {
            return 0;
        }

        @Override
        public int size() {
            return 1;
        }

        @Override
        public Generation join(long lastAppliedStep) {
            joinedAt.add(lastAppliedStep);
            int number = joinedAt.size();
            if (number == breakingMeeting) {
                // Another rank is one step ahead and dies while it hands out its state.
                return new Generation(number, new BreakingGroup(brokenBroadcast), 1, lastAppliedStep + 1);
            }
            // Three steps in the meeting before, then a peer is lost.
            int merges = number < breakingMeeting ? 3 : Integer.MAX_VALUE;
            return new Generation(number, new LosingGroup(merges), 0, lastAppliedStep);
        }

        @Override
        public void publish(String eventJson) {}

        @Override
        public boolean stopRequested() {
            return false;
        }

        @Override
        public void close() {}
    }

    private static final class LosingGroup extends SingleWorkerGroup {
        private int merges;

        LosingGroup(int merges) {
            this.merges = merges;
        }

        @Override
        public void allReduceSum(float[] values, int length) {
            if (merges-- == 0) {
                throw new PeerLostException("a peer is lost in the merge", null);
            }
        }
    }

    /** What arrives is of a later step; one of the vectors arrives half. */
    private static final class BreakingGroup extends SingleWorkerGroup {
        private int left;

        BreakingGroup(int whole) {
            left = whole;
        }

        @Override
        public void broadcast(float[] values, int length, int root) {
            for (int i = 0; i < (left > 0 ? length : length / 2); i++) {
                values[i] += 0.25f;
            }
            arrived();
        }

        @Override
        public void broadcast(double[] values, int length, int root) {
            for (int i = 0; i < (left > 0 ? length : length / 2); i++) {
                values[i]++;
            }
            arrived();
        }

        private void arrived() {
            if (left-- == 0) {
                throw new PeerLostException("the source is lost while it hands out its state", null);
            }
        }
    }

    private TrainingOutcome train(BreakingMembership membership, String name) {
        JobConfig job = TestJobs.classifier(
                "data.validation={split: 0.1}",
                "training.epochs=2",
                "training.optimizer=adam",
                "training.learning_rate_schedule={reduce_on_plateau: {patience: 1, factor: 0.5}}",
                "training.early_stopping={patience: 50, restore_best: true}");
        TrainingData data = TestJobs.data(SEED, 120, 40);
        NetworkPlan plan = NetworkPlan.of(
                job.model(), data.samples().featureShape(), job.training().loss());
        try (ModelReplica replica = ModelReplicas.create(plan, Trainer.batchCapacity(job, 1), 1);
                CheckpointManager checkpoints = new CheckpointManager(
                        new LocalCheckpointStorage(directory.resolve(name)),
                        job.checkpoint(),
                        () -> 1L,
                        "torn",
                        event -> {})) {
            return new Trainer(new TrainingSetup(job, data, replica, membership, checkpoints)).run();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7, 8})
    void aWorkerWithAStateOfItsOwnGoesOnFromThat(int brokenBroadcast) {
        assertSameBits(2, brokenBroadcast, List.of(-1L, 3L, 3L));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7, 8})
    void aNewWorkerBeginsWithNothing(int brokenBroadcast) {
        assertSameBits(1, brokenBroadcast, List.of(-1L, -1L));
    }

    private void assertSameBits(int breakingMeeting, int brokenBroadcast, List<Long> joinsAt) {
        TrainingOutcome undisturbed = train(new BreakingMembership(Integer.MAX_VALUE, 0), "undisturbed");
        BreakingMembership breaking = new BreakingMembership(breakingMeeting, brokenBroadcast);
        TrainingOutcome disturbed = train(breaking, "disturbed");
        assertThat(disturbed.parametersSha256()).isEqualTo(undisturbed.parametersSha256());
        assertThat(breaking.joinedAt).isEqualTo(joinsAt);
    }
}
