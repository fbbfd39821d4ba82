package dev.lockstep.core.model.compiled;

/** One piece of a step: reads and writes buffers that it was made for, and allocates nothing. */
@FunctionalInterface
interface Kernel {
    void run();
}
