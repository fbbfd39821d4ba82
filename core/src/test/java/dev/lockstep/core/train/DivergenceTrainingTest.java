package dev.lockstep.core.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lockstep.core.checkpoint.CheckpointFormat;
import dev.lockstep.core.checkpoint.LocalCheckpointStorage;
import dev.lockstep.core.config.JobConfig;
import dev.lockstep.core.data.ShardPlan;
import dev.lockstep.core.ledger.LedgerCheck;
import dev.lockstep.core.ledger.LedgerLine;
import dev.lockstep.core.ledger.LedgerReport;
import dev.lockstep.core.ledger.LedgerReport.StepRange;
import dev.lockstep.core.model.ModelReplicas;
import dev.lockstep.core.sync.DivergedException;
import dev.lockstep.core.train.InProcessTraining.Result;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A step that diverges on one rank: what all ranks are told, and how they go on. */
class DivergenceTrainingTest {
    private static final long SEED = 555;
    private static final int SAMPLES = 300;
    private static final int WORKERS = 3;
    private static final String SHARING = "cluster.sync=gradient_sharing";
    private static final String AVERAGING = "cluster.sync={parameter_averaging: {every: 4}}";
    private static final String THRESHOLD = "cluster.sync={gradient_sharing: {codec: {threshold: {density: 0.05}}}}";
    private static final String FLOAT16 = "cluster.sync={gradient_sharing: {codec: float16}}";
    private static final String ADAM = "training.optimizer={adam: {learning_rate: 0.003}}";
    private static final String SKIP = "training.on_divergence=skip";
    private static final String ROLL_BACK = "training.on_divergence=roll_back";
    private static final String NORMALISED =
            "model.layers=[{dense: {units: 16}}, batch_normalization, {dense: {units: 4, activation: softmax}}]";

    /** The first step of the second epoch that uses it is another one: positions change from epoch to epoch. */
    private static final int SPOILT_STEP = 7;

    /** In the kernel of the second dense layer of {@link TestJobs#classifier}: 12 x 16 + 16 come before it. */
    private static final int SECOND_KERNEL = 220;

    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    private final Queue<String> notes = new ConcurrentLinkedQueue<>();

    /** The sample at one of the places of rank 1 in the seventh step: 10 of 30 are each rank's. */
    private static int victim(JobConfig job) {
        int[] all = TestJobs.data(SEED, SAMPLES, 20).trainIndices();
        int[] order = new ShardPlan(job.seed(), all, 30, WORKERS).order(0);
        return order[(SPOILT_STEP - 1) * 30 + 14];
    }

    private static List<Integer> stepsOf(JobConfig job, int sample) {
        ShardPlan plan =
                new ShardPlan(job.seed(), TestJobs.data(SEED, SAMPLES, 20).trainIndices(), 30, WORKERS);
        List<Integer> steps = new ArrayList<>();
        for (int epoch = 0; epoch < 5; epoch++) {
            int[] order = plan.order(epoch);
            for (int i = 0; i < order.length; i++) {
                if (order[i] == sample) {
                    steps.add(epoch * 10 + i / 30 + 1);
                }
            }
        }
        return steps;
    }

    private InProcessTraining training(JobConfig job, int place, float value, String name) {
        return new InProcessTraining(job, TestJobs.data(SEED, SAMPLES, 20), WORKERS, directory.resolve(name))
                .computingWith((plan, capacity, threads) ->
                        new SpoiltReplica(ModelReplicas.create(plan, capacity, threads), victim(job), place, value))
                .notingIn(notes, 1);
    }

    private static List<JsonNode> events(Result result, String name) throws IOException {
        List<JsonNode> found = new ArrayList<>();
        for (String text : result.events()) {
            JsonNode event = JSON.readTree(text);
            if (event.path("event").asText().equals(name)) {
                found.add(event);
            }
        }
        return found;
    }

    private LedgerReport ledger(JobConfig job) {
        LedgerCheck check = new LedgerCheck(SAMPLES, 30, job.seed());
        notes.forEach(note -> check.add(LedgerLine.parse(note)));
        LedgerReport report = check.report();
        assertThat(report.offences()).isEmpty();
        return report;
    }

    private static void assertSameBits(Result actual, Result expected) {
        assertThat(actual.all())
                .extracting(TrainingOutcome::parametersSha256)
                .containsOnly(expected.outcome().parametersSha256());
    }

    @ParameterizedTest
    @ValueSource(strings = {SHARING, AVERAGING, THRESHOLD, FLOAT16})
    void aLossThatIsNotFiniteStopsAllRanksNamingRankAndSample(String sync) {
        JobConfig job = TestJobs.classifier(sync);
        assertThatThrownBy(() -> training(job, -1, Float.NaN, "run").run())
                .isInstanceOf(DivergedException.class)
                .hasMessageContainingAll(
                        "diverged at step " + (sync.equals(AVERAGING) ? 8 : 7) + " (epoch 1, step ",
                        "loss is NaN",
                        "rank 1 (step 7): the loss is not finite for 1 of its 10 samples, samples " + victim(job) + ";",
                        "nothing was applied in this step",
                        "learning_rate",
                        "training.on_divergence");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                SHARING + "|NaN",
                SHARING + "|-Infinity",
                // Its square, Adam's second moment, would be infinite: the parameter would never move again.
                SHARING + "|3.0E20",
                AVERAGING + "|Infinity",
                AVERAGING + "|3.0E20",
                THRESHOLD + "|NaN",
                FLOAT16 + "|NaN"
            })
    void aGradientThatIsNotFiniteNamesTheLayerAndTheSlice(String sync, String value) {
        // A clipped gradient is finite again: with local steps it has to be looked at before.
        JobConfig job = TestJobs.classifier(sync, ADAM, "training.clip_value=1");
        assertThatThrownBy(() -> training(job, SECOND_KERNEL, Float.parseFloat(value), "run")
                        .run())
                .isInstanceOf(DivergedException.class)
                .hasMessageContainingAll(
                        "rank 1 (step 7): its gradient of layer \"dense_1\" kernel is " + value + ", samples ",
                        "nothing was applied")
                .hasMessageNotContaining("rank 0")
                .hasMessageNotContaining("rank 2");
    }

    @ParameterizedTest
    @ValueSource(strings = {SHARING, AVERAGING, THRESHOLD, FLOAT16, SHARING + ";" + NORMALISED})
    void aSkippedStepLeavesNoTraceAndTheRunGoesOn(String overrides) throws IOException {
        List<String> all = new ArrayList<>(List.of(overrides.split(";", -1)));
        all.addAll(List.of(ADAM, SKIP));
        JobConfig job = TestJobs.classifier(all.toArray(new String[0]));
        boolean averages = overrides.equals(AVERAGING);
        Result result = training(job, 20, Float.NaN, "run").run();
        assertThat(result.outcome().step()).isEqualTo(50);
        assertSameBits(result, result);
        List<JsonNode> skipped = events(result, "step_skipped");
        List<StepRange> leftOut = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            long step = stepsOf(job, victim(job)).get(i);
            long inEpoch = (step - 1) % 10 + 1;
            // Four steps to an average, and one at the end of the epoch.
            long last = averages ? step - inEpoch + Math.min(10, (inEpoch + 3) / 4 * 4) : step;
            long first = averages ? step - (inEpoch - 1) % 4 : step;
            leftOut.add(new StepRange(first, last));
            assertThat(skipped.get(i).path("step").asLong()).isEqualTo(last);
            assertThat(skipped.get(i).path("from_step").asLong()).isEqualTo(first);
            assertThat(skipped.get(i).path("ranks").path(0).path("step").asLong())
                    .isEqualTo(step);
        }
        assertThat(skipped).hasSize(5);
        LedgerReport report = ledger(job);
        assertThat(report.proven()).isTrue();
        assertThat(report.leftOut()).isEqualTo(leftOut);
        for (JsonNode epoch : events(result, "epoch")) {
            assertThat(epoch.path("loss").isNumber()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {SHARING, AVERAGING})
    void aKillOrAStopChangesNoBitOfARunThatSkips(String sync) {
        JobConfig job = TestJobs.classifier(sync, ADAM, SKIP);
        Result undisturbed = training(job, 20, Float.NaN, "run").run();
        assertSameBits(
                training(job, 20, Float.NaN, "killed").killing(1, 6, 8, 9).run(), undisturbed);
        training(job, 20, Float.NaN, "stopped").stoppingAt(SPOILT_STEP).run();
        assertSameBits(training(job, 20, Float.NaN, "stopped").run(), undisturbed);
    }

    /** The run is stopped, or a worker killed, between the state that it goes back to and the step that diverges. */
    @ParameterizedTest
    @ValueSource(strings = {SHARING, AVERAGING})
    void aKillOrAStopChangesNoBitOfARunThatRollsBack(String sync) throws IOException {
        JobConfig job = TestJobs.classifier(sync, ADAM, "training.on_divergence={roll_back: {every: 4, most: 5}}");
        Result undisturbed = training(job, 20, Float.NaN, "run").run();
        List<JsonNode> rolledBack = events(undisturbed, "rolled_back");
        assertThat(rolledBack).hasSize(5);
        assertThat(rolledBack.get(0).path("from_step").asLong()).isEqualTo(5);
        assertThat(rolledBack.get(0).path("step").asLong()).isEqualTo(sync.equals(SHARING) ? 7 : 8);
        assertThat(ledger(job).leftOut().get(0)).isEqualTo(new StepRange(5, sync.equals(SHARING) ? 7 : 8));
        assertSameBits(
                training(job, 20, Float.NaN, "killed").killing(0, 6, 8, 9).run(), undisturbed);
        training(job, 20, Float.NaN, "stopped")
                .stoppingAt(sync.equals(SHARING) ? 6 : 3)
                .run();
        assertSameBits(training(job, 20, Float.NaN, "stopped").run(), undisturbed);
    }

    @Test
    void theFirstStateThatIsKeptIsTheOneItBeginsWith() throws IOException {
        JobConfig job = TestJobs.classifier(SHARING, ADAM, ROLL_BACK, "training.epochs=1");
        Result result = training(job, 20, Float.NaN, "run").run();
        assertThat(events(result, "rolled_back")).hasSize(1);
        assertThat(ledger(job).leftOut()).containsExactly(new StepRange(1, SPOILT_STEP));
        // As if the steps before had never been: what comes behind begins with fresh parameters.
        JobConfig plain = TestJobs.classifier(SHARING, ADAM, "training.epochs=1");
        Result untouched = training(plain, 20, 0.5f, "untouched").run();
        assertThat(result.outcome().parametersSha256())
                .isNotEqualTo(untouched.outcome().parametersSha256());
    }

    @Test
    void aRunThatOnlyDivergesIsStoppedAfterItsLimit() {
        String hopeless = "training.optimizer={sgd: {learning_rate: 1e38}}";
        assertThatThrownBy(() -> training(TestJobs.classifier(hopeless, SKIP), 0, 0, "skips")
                        .run())
                .isInstanceOf(DivergedException.class)
                .hasMessageContaining("3 steps in a row were skipped before");
        assertThatThrownBy(() -> training(TestJobs.classifier(hopeless, ROLL_BACK), 0, 0, "rolls")
                        .run())
                .isInstanceOf(DivergedException.class)
                .hasMessageContaining("the run was rolled back 3 times before");
    }

    /** The update of the only step carries the parameters away: no later merge would find it. */
    @Test
    void aStateThatIsNotFiniteIsNeitherKeptNorTheEndOfARun() throws IOException {
        JobConfig job = TestJobs.classifier(
                "training.optimizer={sgd: {learning_rate: 1e38}}",
                "training.batch_size=300",
                "training.epochs=1",
                "checkpoint.every=1 steps");
        assertThatThrownBy(() -> training(job, 0, 1e5f, "run").run())
                .isInstanceOf(DivergedException.class)
                .hasMessageContainingAll("diverged: after step 1 (epoch 1) layer \"dense\" kernel is ", "Infinity");
        assertThat(new CheckpointFormat(new LocalCheckpointStorage(directory.resolve("run"))).directories())
                .isEmpty();
    }
}
