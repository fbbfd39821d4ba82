package dev.lockstep.core.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.core.error.LockstepException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrainingStateTest {
    private static TrainingState somewhere() {
        TrainingState state = new TrainingState(new float[] {1, 2, 3}, 2);
        Arrays.setAll(new Object[6], i -> state.optimizerState().slot(i / 3)[i % 3] = i / 7f);
        state.advanceStep();
        state.advanceEpoch();
        state.advanceStep();
        state.advanceStep();
        // Sums that no float can hold: they must pass through headers as they are.
        state.totals().add(257, 0.1 + 0.2, 201, 1e-300);
        return state;
    }

    @Test
    void theHeaderRoundTripsToTheLastBit() {
        TrainingState state = somewhere();
        assertThat(state.header()).containsExactly(3, 1, 2, 257, 0.1 + 0.2, 201, 1e-300);
        TrainingState other = new TrainingState(new float[3], 2);
        other.readHeader(state.header());
        assertThat(other.header()).isEqualTo(state.header());
        assertThat(other.step()).isEqualTo(3);
        assertThat(other.epoch()).isEqualTo(1);
        assertThat(other.stepInEpoch()).isEqualTo(2);
        assertThat(other.totals().lossSum()).isEqualTo(0.1 + 0.2);
        assertThat(other.totals().absoluteErrorSum()).isEqualTo(1e-300);
    }

    @ParameterizedTest
    @CsvSource({"4, 1, 2", "3, -1, 2", "3, 1, 1e10", "3, 1, -1", "3, 1.5, 2", "3, 1e300, 2", "NaN, 1, 2", "3, 1, NaN"})
    void aHeaderThatIsNoPositionOfItsCheckpointIsRefused(double step, double epoch, double stepInEpoch) {
        TrainingState.requireHeader(new double[] {3, 1, 2, 0, 0, 0, 0}, 3);
        assertThatThrownBy(() -> TrainingState.requireHeader(new double[] {step, epoch, stepInEpoch, 0, 0, 0, 0}, 3))
                .isInstanceOf(LockstepException.class)
                .hasMessageContaining("are no position; start anew with --fresh");
    }

    @Test
    void aCopySharesNothing() {
        TrainingState state = somewhere();
        TrainingState copy = state.copy();
        state.parameters()[0] = -1;
        state.optimizerState().slot(1)[2] = -1;
        state.totals().add(1, 1, 1, 1);
        state.advanceStep();
        assertThat(copy.parameters()).containsExactly(1, 2, 3);
        assertThat(copy.optimizerState().toFlat()).containsExactly(0, 1 / 7f, 2 / 7f, 3 / 7f, 4 / 7f, 5 / 7f);
        assertThat(copy.header()).isEqualTo(somewhere().header());
    }

    @Test
    void anEpochBeginsWithEmptySums() {
        TrainingState state = somewhere();
        state.advanceEpoch();
        assertThat(state.header()).containsExactly(3, 2, 0, 0, 0, 0, 0);
    }
}
