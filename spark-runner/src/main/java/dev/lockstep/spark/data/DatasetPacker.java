package dev.lockstep.spark.data;

import dev.lockstep.core.data.PackedManifest;
import java.util.Optional;
import org.apache.hadoop.fs.Path;

/** Packs the samples of one data format. Executors write the parts; the driver only sees the manifest. */
public interface DatasetPacker {
    /**
     * Names what lies at the source now (paths, sizes, times): another fingerprint means other data. Empty where the
     * source has no such set.
     *
     * @throws dev.lockstep.core.error.LockstepException when the source is missing
     */
    Optional<String> fingerprint(DatasetRole role);

    /**
     * A packer that reads test samples as the training samples were read.
     *
     * @param fitted what was found out from these
     * @param withoutLabels whether samples may come without labels, which are zeros then: enough to predict
     */
    default DatasetPacker readingAs(FittedData fitted, boolean withoutLabels) {
        return this;
    }

    /** What there is to do where a run cannot go on since its samples have changed, beside putting the old ones back. */
    default String startingAnew() {
        return "start anew with --fresh, or name another --run-dir";
    }

    /**
     * Packs a set into part files.
     *
     * @param target directory of the parts
     * @param parts how many to aim at
     * @param fingerprint for the manifest
     */
    PackedManifest pack(DatasetRole role, Path target, int parts, String fingerprint);
}
