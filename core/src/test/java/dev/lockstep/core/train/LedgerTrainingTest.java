package dev.lockstep.core.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.core.config.JobConfig;
import dev.lockstep.core.ledger.LedgerCheck;
import dev.lockstep.core.ledger.LedgerLine;
import dev.lockstep.core.ledger.LedgerReport;
import java.nio.file.Path;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the workers really did, proven from their notes: every sample exactly once an epoch, whatever happened. */
class LedgerTrainingTest {
    private static final long SEED = 314;
    private static final int SAMPLES = 295;
    private static final int STEPS = 50;
    private static final String SHARING = "cluster.sync=gradient_sharing";
    private static final String AVERAGING = "cluster.sync={parameter_averaging: {every: 4}}";

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    private final Queue<String> notes = new ConcurrentLinkedQueue<>();

    private InProcessTraining training(JobConfig job, int workers, long fencing) {
        return new InProcessTraining(job, TestJobs.data(SEED, SAMPLES, 20), workers, directory.resolve("run"))
                .notingIn(notes, fencing);
    }

    private LedgerReport check(JobConfig job) {
        LedgerCheck check = new LedgerCheck(SAMPLES, job.training().batchSize(), job.seed());
        notes.forEach(note -> check.add(LedgerLine.parse(note)));
        return check.report();
    }

    private void assertProven(JobConfig job, int generations) {
        LedgerReport report = check(job);
        assertThat(report.offences()).isEmpty();
        assertThat(report.proven()).isTrue();
        assertThat(report.epochs()).isEqualTo(5);
        assertThat(report.steps()).isEqualTo(STEPS);
        assertThat(report.ended()).isTrue();
        assertThat(report.generations()).isEqualTo(generations);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 31})
    void anUndisturbedRun(int workers) {
        JobConfig job = TestJobs.classifier(SHARING);
        training(job, workers, 1).run();
        assertProven(job, 1);
        assertThat(check(job).notCounted()).isZero();
        assertThat(notes).hasSize(workers * (1 + STEPS + 1));
    }

    @ParameterizedTest
    @ValueSource(strings = {SHARING, AVERAGING})
    void workersThatAreKilled(String sync) {
        JobConfig job = TestJobs.classifier(sync);
        for (int victim = 0; victim < 3; victim++) {
            notes.clear();
            new InProcessTraining(job, TestJobs.data(SEED, SAMPLES, 20), 3, directory.resolve("victim-" + victim))
                    .notingIn(notes, 1)
                    .killing(victim, 7, 9, 31, 32)
                    .run();
            assertProven(job, 5);
            assertThat(check(job).notCounted()).isPositive();
        }
    }

    /** The first process is stopped with three workers, goes on with two, and ends with one. */
    @ParameterizedTest
    @ValueSource(strings = {SHARING, AVERAGING})
    void aRunThatIsResumedWithOtherNumbersOfWorkers(String sync) {
        JobConfig job = TestJobs.classifier(sync);
        training(job, 3, 1).stoppingAt(17).run();
        assertThat(check(job).proven()).isTrue();
        training(job, 2, 4).stoppingAt(9).run();
        training(job, 1, 9).run();
        assertProven(job, 3);
    }

    /** A driver that is killed leaves a checkpoint that is older than its notes. */
    @Test
    void aResumeFromACheckpointThatIsOlderThanTheNotes() {
        JobConfig job = TestJobs.classifier("checkpoint.every=4 steps");
        training(job, 2, 1).stoppingAt(20).run();
        JobConfig beginning = TestJobs.classifier("training.epochs=5");
        new InProcessTraining(beginning, TestJobs.data(SEED, SAMPLES, 20), 2, directory.resolve("anew"))
                .notingIn(notes, 2)
                .run();
        assertProven(job, 2);
        assertThat(check(job).notCounted()).isEqualTo(2 * 20);
    }

    /** Without the notes of a killed worker's last life nothing is proven: that is what makes them a proof. */
    @Test
    void notesThatAreTakenAwayAreMissed() {
        JobConfig job = TestJobs.classifier(SHARING);
        training(job, 2, 1).killing(1, 12).run();
        String taken = notes.stream()
                .filter(note -> note.contains("\"rank\":1") && note.contains("\"step\":5,"))
                .findFirst()
                .orElseThrow();
        notes.remove(taken);
        LedgerReport report = check(job);
        assertThat(report.proven()).isFalse();
        assertThat(report.offences()).hasSize(2).allMatch(offence -> offence.startsWith("step 5 (epoch 1)"));
    }
}
