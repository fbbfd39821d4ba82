package dev.lockstep.spark;

import dev.lockstep.core.checkpoint.Checkpoint;
import dev.lockstep.core.checkpoint.CheckpointEvent.Damaged;
import dev.lockstep.core.checkpoint.CheckpointFormat;
import dev.lockstep.core.checkpoint.CheckpointStorage;
import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import dev.lockstep.spark.cli.ResumePolicy;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Which checkpoint a run goes on from, by what its user asks for. */
final class NewestCheckpoint {
    private static final Logger LOG = LoggerFactory.getLogger(NewestCheckpoint.class);

    private NewestCheckpoint() {}

    /**
     * The newest whole checkpoint; empty when there never was one.
     *
     * @param strict whether a damaged newer one is a reason to refuse; else it is warned of
     * @throws LockstepException with {@link ExitCode#MODEL} when there is none although there should be
     */
    static Optional<Checkpoint> in(CheckpointStorage checkpoints, ResumePolicy policy, boolean strict)
            throws IOException {
        List<Damaged> damaged = new ArrayList<>();
        Optional<Checkpoint> latest = new CheckpointFormat(checkpoints).latest(damaged::add);
        if (policy == ResumePolicy.REQUIRE && latest.isEmpty()) {
            throw new LockstepException(
                    ExitCode.MODEL, "--resume require: there is no checkpoint in " + checkpoints.location());
        }
        if (latest.isPresent() && !damaged.isEmpty()) {
            String reasons = damaged.stream().map(Damaged::reason).collect(Collectors.joining("; "));
            if (strict) {
                throw new LockstepException(
                        ExitCode.MODEL,
                        "--strict: the newest checkpoint cannot be read: " + reasons
                                + ". Restore it from a copy, or go on from the checkpoint of step "
                                + latest.get().step() + " without --strict");
            }
            LOG.warn(
                    "The newest checkpoint cannot be read: {}. The run goes on from that of step {}; --strict refuses"
                            + " to",
                    reasons,
                    latest.get().step());
        }
        return latest;
    }
}
