package dev.lockstep.core.config;

import dev.lockstep.core.schema.Alternatives;
import dev.lockstep.core.sync.GradientSharingSync;
import dev.lockstep.core.sync.SyncSpec;
import org.jspecify.annotations.Nullable;

/** Whether the rest of a job leaves room for bits that do not depend on the workers. */
final class SlicesCheck {
    /** The key that is looked at. */
    static final String PATH = "determinism.slices";

    private SlicesCheck() {}

    /** What stands in the way of the slices that are asked for; null when nothing does, or none are. */
    static @Nullable String objection(JobConfig job) {
        Integer slices = job.determinism().slices();
        if (slices == null) {
            return null;
        }
        SyncSpec sync = job.cluster().sync();
        if (!(sync instanceof GradientSharingSync sharing)) {
            return "expected none with cluster.sync "
                    + Alternatives.nameOf(sync.getClass().asSubclass(Record.class))
                    + ", where each worker takes steps of its own and the result depends on how many there are, found "
                    + slices + "; remove it, or use cluster.sync: gradient_sharing";
        }
        if (sharing.codec() != null) {
            return "expected none with a codec, which rounds what each worker sends, found " + slices
                    + "; remove it, or the codec";
        }
        if (slices > job.training().batchSize()) {
            return "expected at most training.batch_size, " + job.training().batchSize() + ", found " + slices
                    + "; further slices would always be empty";
        }
        Integer workers = job.cluster().workers();
        return workers == null ? null : job.determinism().objection(workers);
    }
}
