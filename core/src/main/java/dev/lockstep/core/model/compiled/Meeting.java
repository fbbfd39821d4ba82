package dev.lockstep.core.model.compiled;

/**
 * A place between two kernels where values have to be summed over all workers; whoever runs the kernels does that.
 *
 * @param sums live: what is summed in place
 * @param count how many of them
 */
@SuppressWarnings("ArrayRecordComponent") // lent, never compared
record Meeting(double[] sums, int count) implements Kernel {
    @Override
    public void run() {
        throw new IllegalStateException("sums over the workers are not taken by running a kernel");
    }
}
