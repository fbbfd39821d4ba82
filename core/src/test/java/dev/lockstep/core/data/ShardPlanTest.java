package dev.lockstep.core.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ShardPlanTest {
    @Test
    void usesEverySampleExactlyOnceAnEpochWhateverTheSizes() {
        long seed = 20_261_121;
        System.out.println("ShardPlanTest: random cases from seed " + seed);
        Random random = new Random(seed);
        for (int round = 0; round < 300; round++) {
            int samples = 1 + random.nextInt(400);
            int batch = 1 + random.nextInt(round % 2 == 0 ? 16 : 500);
            int workers = 1 + random.nextInt(20);
            int[] indices = random.ints(0, 100_000).distinct().limit(samples).toArray();
            ShardPlan plan = new ShardPlan(random.nextLong(), indices, batch, workers);
            assertCoversOnce(plan, indices, batch, workers, random.nextInt(5));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {60_001, 59_905})
    void lastBatchOfOneSampleLeavesTwoOfThreeRanksEmpty(int samples) {
        ShardPlan plan = new ShardPlan(42, IntStream.range(0, samples).toArray(), 128, 3);
        int last = plan.stepsPerEpoch() - 1;
        assertThat(plan.stepsPerEpoch()).isEqualTo((samples + 127) / 128);
        assertThat(plan.globalBatchSize(0)).isEqualTo(128);
        assertThat(plan.globalBatchSize(last)).isEqualTo(samples % 128);
        assertThat(plan.slice(0, 0).size()).isEqualTo(43);
        assertThat(plan.slice(0, 1).size()).isEqualTo(43);
        assertThat(plan.slice(0, 2).size()).isEqualTo(42);
        assertThat(plan.maximumSliceSize()).isEqualTo(43);
        if (samples == 59_905) {
            assertThat(plan.globalBatchSize(last)).isEqualTo(1);
            assertThat(plan.slice(last, 0)).isEqualTo(new Slice(59_904, 59_905));
            assertThat(plan.slice(last, 1).isEmpty()).isTrue();
            assertThat(plan.slice(last, 2).isEmpty()).isTrue();
        }
        assertCoversOnce(plan, IntStream.range(0, samples).toArray(), 128, 3, 1);
    }

    /** Cut again, a rank's samples give the very slices that as many workers would take. */
    @Test
    void aWorkerTakesARunOfTheSlicesOfMoreWorkers() {
        for (int samples : new int[] {1, 3, 7, 64, 101, 333}) {
            int[] indices = IntStream.range(0, samples).toArray();
            for (int slices : new int[] {1, 2, 4, 8, 16}) {
                ShardPlan fine = new ShardPlan(7, indices, 32, slices);
                for (int workers = 1; workers <= slices; workers *= 2) {
                    int each = slices / workers;
                    ShardPlan plan = new ShardPlan(7, indices, 32, workers, each);
                    for (int slice = 0; slice < slices * plan.stepsPerEpoch(); slice++) {
                        int step = slice / slices;
                        int number = slice % slices;
                        Slice whole = plan.slice(step, number / each);
                        assertThat(Slice.of(whole.from(), whole.to(), each, number % each))
                                .isEqualTo(fine.slice(step, number));
                        assertThat(whole.size()).isLessThanOrEqualTo(plan.maximumSliceSize());
                    }
                }
            }
        }
    }

    @Test
    void globalBatchesAreTheSameForEveryNumberOfWorkers() {
        int[] indices = IntStream.range(0, 1003).map(i -> 3 * i).toArray();
        int[] expected = new ShardPlan(7, indices, 32, 1).order(4);
        for (int workers = 1; workers <= 40; workers++) {
            ShardPlan plan = new ShardPlan(7, indices, 32, workers);
            assertThat(plan.order(4)).isEqualTo(expected);
            assertThat(plan.stepsPerEpoch()).isEqualTo(32);
            for (int step = 0; step < 32; step++) {
                assertThat(plan.slice(step, 0).from()).isEqualTo(32 * step);
                assertThat(plan.slice(step, workers - 1).to()).isEqualTo(Math.min(1003, 32 * step + 32));
            }
        }
    }

    @Test
    void orderIsAFunctionOfSeedAndEpochAlone() {
        int[] indices = IntStream.range(0, 1000).toArray();
        ShardPlan plan = new ShardPlan(1, indices, 10, 2);
        int[] second = plan.order(1).clone();
        int[] first = plan.order(0).clone();
        assertThat(plan.order(1)).isEqualTo(second).isNotEqualTo(first);
        assertThat(first).isNotEqualTo(indices);
        assertThat(new ShardPlan(2, indices, 10, 2).order(0)).isNotEqualTo(first);
        assertThat(new ShardPlan(1, indices, 64, 5).order(0)).isEqualTo(first);
        indices[0] = 5000;
        assertThat(plan.order(2)).as("the plan keeps a copy").contains(0).doesNotContain(5000);
    }

    /** A fixed order: a change of it would make every checkpoint of the middle of an epoch resume elsewhere. */
    @Test
    void orderIsPinned() {
        int[] order = new ShardPlan(42, IntStream.range(0, 10).toArray(), 4, 2).order(0);
        assertThat(order).containsExactly(0, 7, 2, 8, 4, 6, 3, 9, 5, 1);
    }

    @Test
    void positionsAreUniform() {
        int samples = 10;
        int epochs = 20_000;
        int[][] seen = new int[samples][samples];
        ShardPlan plan = new ShardPlan(3, IntStream.range(0, samples).toArray(), 4, 1);
        for (int epoch = 0; epoch < epochs; epoch++) {
            int[] order = plan.order(epoch);
            for (int position = 0; position < samples; position++) {
                seen[order[position]][position]++;
            }
        }
        // 2,000 expected in each cell, standard deviation 42: six of them are never reached by chance.
        assertThat(Arrays.stream(seen).flatMapToInt(Arrays::stream).boxed())
                .allMatch(count -> Math.abs(count - epochs / samples) < 260);
    }

    @Test
    void refusesWhatIsNoPlan() {
        assertThatThrownBy(() -> new ShardPlan(1, new int[0], 1, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new ShardPlan(1, new int[1], 0, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new ShardPlan(1, new int[1], 1, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new ShardPlan(1, new int[1], 1, 1, 0)).isInstanceOf(IllegalArgumentException.class);
        ShardPlan plan = new ShardPlan(1, new int[5], 2, 2);
        assertThatThrownBy(() -> plan.slice(3, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> plan.slice(0, 2)).isInstanceOf(IllegalArgumentException.class);
    }

    private static void assertCoversOnce(ShardPlan plan, int[] indices, int batch, int workers, int epoch) {
        int[] used = new int[indices.length];
        int[] order = plan.order(epoch);
        int count = 0;
        for (int step = 0; step < plan.stepsPerEpoch(); step++) {
            int inStep = 0;
            int smallest = Integer.MAX_VALUE;
            int largest = 0;
            for (int rank = 0; rank < workers; rank++) {
                Slice slice = plan.slice(step, rank);
                assertThat(slice.from()).isEqualTo(count);
                for (int position = slice.from(); position < slice.to(); position++) {
                    used[count++] = order[position];
                }
                inStep += slice.size();
                smallest = Math.min(smallest, slice.size());
                largest = Math.max(largest, slice.size());
            }
            assertThat(inStep).isEqualTo(plan.globalBatchSize(step)).isBetween(1, batch);
            assertThat(largest - smallest).isLessThanOrEqualTo(1);
            assertThat(largest).isLessThanOrEqualTo(plan.maximumSliceSize());
        }
        assertThat(count).isEqualTo(indices.length);
        int[] expected = indices.clone();
        Arrays.sort(used);
        Arrays.sort(expected);
        assertThat(used).isEqualTo(expected);
    }
}
