package dev.lockstep.core.sync;

import dev.lockstep.core.schema.Checks;
import dev.lockstep.core.schema.Named;
import dev.lockstep.core.schema.Setting;

/**
 * See {@link Named}.
 *
 * @param every steps between two states that are kept
 * @param most how often before the run stops
 */
@Named(
        value = "roll_back",
        doc =
                "Parameters, optimizer state and statistics of all workers go back to a state that each keeps in memory and"
                        + " in its checkpoints, and the run goes on with the batch behind the one that diverged: the batches in"
                        + " between are left out too, as they would lead to the same numbers again (Chowdhery et al. 2022, PaLM,"
                        + " section 5.1). Position, schedules and figures go on. It costs the memory of parameters and optimizer"
                        + " state a second time, and as much in every checkpoint.")
public record RollBackOnDivergence(
        @Setting(
                        value =
                                "Steps between two states that are kept: the first is the one that the run begins with, and"
                                        + " then the first merged one after so many steps or a multiple of them.",
                        byDefault = "100")
                int every,
        @Setting(value = "After so many in the run the next one stops it.", byDefault = "3") int most)
        implements DivergencePolicy {
    public RollBackOnDivergence {
        new Checks().positive("every", every).positive("most", most).done();
    }

    @Override
    public int keepsEvery() {
        return every;
    }

    @Override
    public Response respond(int skippedInARow, int rolledBack) {
        return rolledBack < most ? Response.ROLL_BACK : Response.STOP;
    }
}
