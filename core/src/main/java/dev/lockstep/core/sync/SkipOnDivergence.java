package dev.lockstep.core.sync;

import dev.lockstep.core.schema.Checks;
import dev.lockstep.core.schema.Named;
import dev.lockstep.core.schema.Setting;

/**
 * See {@link Named}.
 *
 * @param mostInARow how often before the run stops
 */
@Named(
        value = "skip",
        doc = "The step's update is left out on all workers, with parameter_averaging the updates of all steps since"
                + " the last average; the run goes on with the state before it and the next batch. A step that was"
                + " skipped counts as one for epochs, schedules and checkpoints.")
public record SkipOnDivergence(
        @Setting(value = "After so many in a row the next one stops the run.", byDefault = "3") int mostInARow)
        implements DivergencePolicy {
    public SkipOnDivergence {
        new Checks().positive("most_in_a_row", mostInARow).done();
    }

    @Override
    public Response respond(int skippedInARow, int rolledBack) {
        return skippedInARow < mostInARow ? Response.SKIP : Response.STOP;
    }
}
