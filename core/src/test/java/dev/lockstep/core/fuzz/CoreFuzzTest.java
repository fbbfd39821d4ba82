package dev.lockstep.core.fuzz;

/** The readers of this module. */
class CoreFuzzTest extends FuzzContract {
    CoreFuzzTest() {
        super("dev.lockstep.core");
    }
}
