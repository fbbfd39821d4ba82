package dev.lockstep.core.config;

import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import dev.lockstep.core.schema.Checks;
import dev.lockstep.core.schema.Setting;
import org.jspecify.annotations.Nullable;

/**
 * What of a run's bits is not to depend on its workers.
 *
 * @param slices into how many each global batch is cut, whatever the number of workers; null for one a worker
 */
public record DeterminismSpec(
        @Setting(
                        value = "Cuts every global batch into so many near-equal slices, a power of two, each computed"
                                + " by itself, and adds their gradients over one fixed tree: 1, 2, 4 .. slices workers"
                                + " then give the same bits (docs/determinism.md). The number of workers must divide it."
                                + " Only with gradient_sharing without a codec. By default one slice a worker, and the"
                                + " last bits depend on the number of workers.",
                        optional = true)
                @Nullable
                Integer slices) {
    public DeterminismSpec {
        new Checks()
                .that(
                        "slices",
                        slices == null || (slices > 0 && Integer.bitCount(slices) == 1),
                        "a power of two",
                        slices == null ? "" : slices)
                .done();
    }

    /** Why so many workers cannot share the slices; null when they can. */
    public @Nullable String objection(int workers) {
        return slices == null || slices % workers == 0
                ? null
                : "expected a multiple of the number of workers, " + workers + ", found " + slices + "; give "
                        + Integer.highestOneBit(Math.min(workers, slices))
                        + (workers > slices ? "" : " or " + Math.min(2 * Integer.highestOneBit(workers), slices))
                        + " workers";
    }

    /**
     * How many slices each of so many workers computes: 1 where nothing is asked for.
     *
     * @throws LockstepException with {@link ExitCode#USAGE} when that is no whole number
     */
    public int slicesPerWorker(int workers) {
        String objection = objection(workers);
        if (objection != null) {
            throw new LockstepException(ExitCode.USAGE, "determinism.slices: " + objection);
        }
        return slices == null ? 1 : slices / workers;
    }
}
