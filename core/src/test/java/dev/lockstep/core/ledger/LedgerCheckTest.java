package dev.lockstep.core.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.core.data.ShardPlan;
import dev.lockstep.core.data.Slice;
import dev.lockstep.core.ledger.LedgerLine.Continues;
import dev.lockstep.core.ledger.LedgerLine.Ended;
import dev.lockstep.core.ledger.LedgerLine.LeftOut;
import dev.lockstep.core.ledger.LedgerLine.Used;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** An honest ledger is proven, and every fault that is planted in it is found and named. */
class LedgerCheckTest {
    private static final long SEED = 11;
    private static final int SAMPLES = 95;
    private static final int BATCH = 30;
    private static final int WORKERS = 3;
    private static final int STEPS_PER_EPOCH = 4;

    /** Not from 0, as where a part is kept apart for validation. */
    private static final int[] INDICES = IntStream.range(100, 100 + SAMPLES).toArray();

    private static final long WHOLE = SamplesHash.of(INDICES, SAMPLES);

    private final List<LedgerLine> lines = new ArrayList<>();

    private static LedgerEra era(long fencing, long generation) {
        return new LedgerEra(fencing, 0, generation);
    }

    /** All ranks of a generation note the steps of a range, both included. */
    private void generation(LedgerEra era, int workers, long from, long to) {
        ShardPlan plan = new ShardPlan(SEED, INDICES, BATCH, workers);
        for (int rank = 0; rank < workers; rank++) {
            lines.add(new Continues(era, rank, from - 1, workers, SAMPLES, BATCH, SEED, WHOLE));
            for (long step = from; step <= to; step++) {
                int epoch = (int) (step - 1) / STEPS_PER_EPOCH;
                Slice slice = plan.slice((int) (step - 1) % STEPS_PER_EPOCH, rank);
                int[] read = Arrays.copyOfRange(plan.order(epoch), slice.from(), slice.to());
                lines.add(new Used(
                        era, rank, step, epoch + 1, slice.from(), slice.to(), SamplesHash.of(read, read.length)));
            }
        }
    }

    private void ended(LedgerEra era, int workers, long step) {
        for (int rank = 0; rank < workers; rank++) {
            lines.add(new Ended(era, rank, step));
        }
    }

    /** As from files: every line is written and read again. */
    private LedgerReport check() {
        LedgerCheck check = new LedgerCheck(SAMPLES, BATCH, SEED);
        lines.forEach(line -> check.add(LedgerLine.parse(line.toJson().toString())));
        return check.report();
    }

    private void undisturbed() {
        generation(era(1, 1), WORKERS, 1, 8);
        ended(era(1, 1), WORKERS, 8);
    }

    /** Changes the one note of a rank for a step. */
    private void change(long step, int rank, UnaryOperator<Used> how) {
        lines.replaceAll(line ->
                line instanceof Used used && used.step() == step && used.rank() == rank ? how.apply(used) : line);
    }

    private void assertOffence(String... sentences) {
        LedgerReport report = check();
        assertThat(report.proven()).isFalse();
        assertThat(report.offences()).containsExactly(sentences);
        assertThat(report.text()).contains("NOT proven").contains(sentences);
    }

    @Test
    void anUndisturbedRunIsProven() {
        undisturbed();
        LedgerReport report = check();
        assertThat(report.offences()).isEmpty();
        assertThat(report).isEqualTo(new LedgerReport(true, 2, 8, true, SAMPLES, 1, 0, List.of(), List.of(), 0));
        assertThat(report.text()).contains("Proven").contains("2 finished epochs of 95 samples");
        assertThat(report.json().path("proven").asBoolean()).isTrue();
    }

    /** Two losses, the first in the middle of a step; then the driver dies and two workers go on from a checkpoint. */
    @Test
    void onlyTheGenerationThatCompletedAStepCounts() {
        generation(era(1, 1), WORKERS, 1, 4);
        generation(era(1, 2), WORKERS, 4, 7);
        generation(era(1, 3), WORKERS, 7, 8);
        generation(era(2, 1), 2, 6, 12);
        ended(era(2, 1), 2, 12);
        LedgerReport report = check();
        assertThat(report.offences()).isEmpty();
        assertThat(report.proven()).isTrue();
        assertThat(report.epochs()).isEqualTo(3);
        assertThat(report.generations()).isEqualTo(4);
        // Step 4 of the first generation, 6 and 7 of the second, all of the third.
        assertThat(report.notCounted()).isEqualTo(WORKERS * (1 + 2 + 2));
    }

    @Test
    void theLastStepOfARunThatWasNotEndedIsNotLookedAt() {
        generation(era(1, 1), WORKERS, 1, 8);
        lines.remove(lines.size() - 1);
        LedgerReport report = check();
        assertThat(report.proven()).isTrue();
        assertThat(report.ended()).isFalse();
        assertThat(report.steps()).isEqualTo(7);
        assertThat(report.epochs()).isEqualTo(1);
        assertThat(report.text()).contains("what comes after step 7 is not looked at");
    }

    @Test
    void aMissingRangeIsFound() {
        undisturbed();
        change(6, 1, used -> with(used, used.from(), used.to() - 3));
        assertOffence("step 6 (epoch 2): positions 47 to 49 were used by nobody");
    }

    @Test
    void aMissingRankIsFound() {
        undisturbed();
        lines.removeIf(line -> line instanceof Used used && used.step() == 6 && used.rank() == 1);
        assertOffence(
                "step 6 (epoch 2): rank 1 has noted nothing in generation 1 of attempt 1.0, which completed the step",
                "step 6 (epoch 2): positions 40 to 49 were used by nobody");
    }

    @Test
    void missingStepsAreFound() {
        undisturbed();
        lines.removeIf(
                line -> line instanceof Used used && (used.step() == 2 || (used.step() >= 5 && used.step() < 8)));
        assertOffence(
                "step 2 is missing: nobody has noted samples for it",
                "steps 5 to 7 are missing: nobody has noted samples for them");
    }

    @Test
    void aLedgerThatBeginsInTheMiddleIsNotProven() {
        generation(era(1, 1), WORKERS, 4, 8);
        ended(era(1, 1), WORKERS, 8);
        assertOffence("steps 1 to 3 are missing: nobody has noted samples for them");
    }

    @Test
    void aDoubleStepIsFound() {
        undisturbed();
        lines.add(lines.stream()
                .filter(line -> line instanceof Used used && used.step() == 3 && used.rank() == 2)
                .findFirst()
                .orElseThrow());
        assertOffence("step 3 (epoch 1): positions 80 to 89 were used twice, by rank 2 and by rank 2");
    }

    @Test
    void anOverlapIsFound() {
        undisturbed();
        change(3, 1, used -> with(used, used.from() - 2, used.to()));
        assertOffence("step 3 (epoch 1): positions 68 to 69 were used twice, by rank 0 and by rank 1");
    }

    @Test
    void samplesOfAnotherBatchAreFound() {
        undisturbed();
        change(3, 0, used -> with(used, used.from() - 1, used.to()));
        change(3, 2, used -> with(used, used.from(), used.to() + 1));
        assertOffence(
                "step 3 (epoch 1): positions 59 to 59 were used by rank 0 but belong to the batch before",
                "step 3 (epoch 1): positions 90 to 90 do not belong to its batch");
    }

    @Test
    void aNoteOfAnotherGenerationDoesNotStandForOneOfTheRightOne() {
        generation(era(1, 1), WORKERS, 1, 4);
        generation(era(1, 2), WORKERS, 5, 8);
        ended(era(1, 2), WORKERS, 8);
        change(6, 2, used -> new Used(era(1, 1), 2, 6, used.epoch(), used.from(), used.to(), used.samplesHash()));
        assertOffence(
                "step 6 (epoch 2): rank 2 has noted nothing in generation 2 of attempt 1.0, which completed the step",
                "step 6 (epoch 2): positions 50 to 59 were used by nobody");
    }

    @Test
    void aGenerationThatNeverBeganIsFound() {
        undisturbed();
        lines.add(new Used(era(1, 7), 0, 3, 1, 60, 70, 5));
        assertOffence("notes of generation 7 of attempt 1.0, of which nobody has noted that it began");
    }

    @Test
    void samplesThatWereReadInsteadOfOthersAreFound() {
        undisturbed();
        change(6, 1, used -> new Used(used.era(), 1, 6, used.epoch(), used.from(), used.to(), used.samplesHash() + 1));
        assertOffence("epoch 2: the positions are complete, but what was read there are not the training samples, each"
                + " once");
    }

    @Test
    void ranksThatDisagreeAndAnotherJobAreFound() {
        undisturbed();
        lines.add(new Continues(era(1, 1), 1, 0, WORKERS, SAMPLES, BATCH, SEED + 1, WHOLE));
        assertThat(check().offences()).singleElement().asString().startsWith("ranks 0 and 1 do not agree on");
        LedgerCheck other = new LedgerCheck(SAMPLES + 1, BATCH, SEED);
        lines.forEach(other::add);
        assertThat(other.report().offences().get(0))
                .isEqualTo("generation 1 of attempt 1.0 trained on 95 samples, 30 a step, with seed 11; the run has 96,"
                        + " 30 and 11");
    }

    @Test
    void noNotesProveNothing() {
        assertOffence("there are no notes");
    }

    @Test
    void stepsThatWereLeftOutAreNamedWhereTheyCount() {
        generation(era(1, 1), WORKERS, 1, 6);
        lines.add(new LeftOut(era(1, 1), 0, 2, 3));
        lines.add(new LeftOut(era(1, 1), 1, 2, 3));
        lines.add(new LeftOut(era(1, 1), 1, 6, 6));
        generation(era(1, 2), WORKERS, 6, 8);
        ended(era(1, 2), WORKERS, 8);
        LedgerReport report = check();
        assertThat(report.proven()).isTrue();
        assertThat(report.leftOut()).containsExactly(new LedgerReport.StepRange(2, 3));
        assertThat(report.text()).contains("Left out by training.on_divergence: steps 2 to 3");
    }

    private static Used with(Used used, int from, int to) {
        return new Used(used.era(), used.rank(), used.step(), used.epoch(), from, to, used.samplesHash());
    }
}
