package dev.lockstep.core.sync;

import dev.lockstep.core.schema.Named;

/** See {@link Named}. */
@Named(value = "stop", doc = "All workers stop before the update; the run ends with exit code 6.")
public record StopOnDivergence() implements DivergencePolicy {
    @Override
    public Response respond(int skippedInARow, int rolledBack) {
        return Response.STOP;
    }
}
