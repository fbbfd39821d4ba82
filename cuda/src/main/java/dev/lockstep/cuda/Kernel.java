package dev.lockstep.cuda;

/** One piece of a step: gives a device work on buffers that it was made for. The work may be done later, in order. */
@FunctionalInterface
interface Kernel {
    void run();
}
