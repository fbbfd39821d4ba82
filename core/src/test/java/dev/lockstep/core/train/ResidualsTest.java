package dev.lockstep.core.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.lockstep.core.checkpoint.Checkpoint;
import dev.lockstep.core.collective.LocalProcessGroup;
import dev.lockstep.core.collective.ProcessGroup;
import dev.lockstep.core.collective.RankThreads;
import dev.lockstep.core.error.LockstepException;
import dev.lockstep.core.random.CounterRandom;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResidualsTest {
    private static final int LENGTH = (1 << 20) + 77;
    private static final Duration DEADLINE = Duration.ofSeconds(30);

    private static float[] residual(int rank) {
        float[] values = new float[LENGTH];
        for (int i = 0; i < LENGTH; i++) {
            values[i] = CounterRandom.uniformFloat(rank, i) - 0.5f;
        }
        return values;
    }

    private static Checkpoint gathered(int size) throws Exception {
        List<ProcessGroup> groups = LocalProcessGroup.create(size, DEADLINE);
        return Objects.requireNonNull(RankThreads.<Checkpoint>results(size, rank -> {
                    Residuals residuals = new Residuals();
                    residuals.gather(residual(rank), groups.get(rank));
                    TreeMap<String, float[]> tensors = new TreeMap<>();
                    residuals.moveTo(tensors);
                    return new Checkpoint(5, JsonNodeFactory.instance.objectNode(), tensors);
                })
                .get(0));
    }

    /** Handed out by a rank that is not the first; what a rank held before does not matter. */
    private static List<float[]> handedOut(Checkpoint checkpoint, int size) throws Exception {
        List<ProcessGroup> groups = LocalProcessGroup.create(size, DEADLINE);
        return RankThreads.<float[]>results(size, rank -> {
                    Residuals residuals = new Residuals();
                    if (rank == size - 1) {
                        residuals.readFrom(checkpoint, LENGTH);
                    }
                    float[] own = residual(99);
                    residuals.handOut(own, size - 1, groups.get(rank));
                    return own;
                })
                .stream()
                .map(Objects::requireNonNull)
                .toList();
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "3, 3", "3, 2", "4, 1", "2, 3"})
    void everyRankGetsItsOwnBackAndWithAnotherNumberOfRanksNothingIsLost(int before, int after) throws Exception {
        Checkpoint checkpoint = gathered(before);
        assertThat(checkpoint.tensors()).hasSize(before).containsKey("residual.0");
        List<float[]> found = handedOut(checkpoint, after);
        for (int rank = 0; rank < after; rank++) {
            float[] expected = rank < before ? residual(rank) : new float[LENGTH];
            for (int old = rank + after; old < before; old += after) {
                float[] more = residual(old);
                for (int i = 0; i < LENGTH; i++) {
                    expected[i] += more[i];
                }
            }
            assertThat(found.get(rank)).isEqualTo(expected);
        }
    }

    @Test
    void whereNoneWereKeptEveryoneBeginsWithoutAny() throws Exception {
        Checkpoint without = new Checkpoint(5, JsonNodeFactory.instance.objectNode(), new TreeMap<>());
        for (float[] own : handedOut(without, 2)) {
            assertThat(own).containsOnly(0f);
        }
    }

    @Test
    void thoseOfAnotherModelAreRefused() {
        TreeMap<String, float[]> tensors = new TreeMap<>();
        tensors.put("residual.0", new float[3]);
        Checkpoint other = new Checkpoint(5, JsonNodeFactory.instance.objectNode(), tensors);
        assertThatThrownBy(() -> new Residuals().readFrom(other, 4))
                .isInstanceOf(LockstepException.class)
                .hasMessageContainingAll("checkpoint of step 5: residual.0: expected 4 values, found 3", "--fresh");
    }
}
