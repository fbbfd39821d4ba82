package dev.lockstep.cluster;

import dev.lockstep.core.fuzz.FuzzContract;
import org.junit.jupiter.api.Tag;

/** The readers of this module. */
@Tag("process")
class ClusterFuzzTest extends FuzzContract {
    ClusterFuzzTest() {
        super("dev.lockstep.cluster");
    }
}
