package dev.lockstep.spark;

import dev.lockstep.core.fuzz.FuzzContract;

/** The readers of this module. */
class RunnerFuzzTest extends FuzzContract {
    RunnerFuzzTest() {
        super("dev.lockstep.spark");
    }
}
