package dev.lockstep.core.train;

import dev.lockstep.core.collective.ByteBlock;
import dev.lockstep.core.collective.ForwardingProcessGroup;
import dev.lockstep.core.collective.ProcessGroup;
import java.util.function.LongSupplier;

/** A group that knows how long its calls took: waiting for the others is no work of this rank's. */
final class TimedGroup extends ForwardingProcessGroup {
    private final LongSupplier clock;
    private long nanos;

    TimedGroup(ProcessGroup actual, LongSupplier clock) {
        super(actual);
        this.clock = clock;
    }

    /** What the calls took since this was last asked. */
    long takeNanos() {
        long taken = nanos;
        nanos = 0;
        return taken;
    }

    private void timed(Runnable call) {
        long started = clock.getAsLong();
        call.run();
        nanos += clock.getAsLong() - started;
    }

    @Override
    public void allReduceSum(float[] values, int length) {
        timed(() -> super.allReduceSum(values, length));
    }

    @Override
    public void allReduceSum(double[] values, int length) {
        timed(() -> super.allReduceSum(values, length));
    }

    @Override
    public void broadcast(float[] values, int length, int root) {
        timed(() -> super.broadcast(values, length, root));
    }

    @Override
    public void broadcast(double[] values, int length, int root) {
        timed(() -> super.broadcast(values, length, root));
    }

    @Override
    public void exchange(ByteBlock[] outgoing, ByteBlock[] incoming, int limit) {
        timed(() -> super.exchange(outgoing, incoming, limit));
    }

    @Override
    public void barrier() {
        timed(super::barrier);
    }
}
