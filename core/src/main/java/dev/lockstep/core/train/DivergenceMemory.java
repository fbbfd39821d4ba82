package dev.lockstep.core.train;

import dev.lockstep.core.sync.DivergencePolicy;
import dev.lockstep.core.sync.TrainingState;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a run remembers for the case that it diverges.
 *
 * @param count how often it did
 * @param good a state to go back to; null where the policy never does
 */
record DivergenceMemory(DivergenceCount count, @Nullable LastGoodState good) {
    static DivergenceMemory of(DivergencePolicy policy, TrainingState state) {
        int every = policy.keepsEvery();
        return new DivergenceMemory(new DivergenceCount(), every == 0 ? null : new LastGoodState(every, state));
    }

    /** All that belongs to the state beside the flat vectors. */
    List<StatePart> with(StatePart other) {
        return good == null ? List.of(other, count) : List.of(other, count, good);
    }
}
