package dev.lockstep.bench.micro;

import dev.lockstep.core.collective.ByteBlock;
import dev.lockstep.core.collective.ProcessGroup;

/** Rank 0 of two, whose other rank always has what this one has. */
final class MirrorGroup implements ProcessGroup {
    @Override
    public int rank() {
        return 0;
    }

    @Override
    public int size() {
        return 2;
    }

    @Override
    public void allReduceSum(float[] values, int length) {
        for (int i = 0; i < length; i++) {
            values[i] *= 2;
        }
    }

    @Override
    public void allReduceSum(double[] values, int length) {
        for (int i = 0; i < length; i++) {
            values[i] *= 2;
        }
    }

    @Override
    public void broadcast(float[] values, int length, int root) {
        // The mirror has them.
    }

    @Override
    public void broadcast(double[] values, int length, int root) {
        // The mirror has them.
    }

    @Override
    public void exchange(ByteBlock[] outgoing, ByteBlock[] incoming, int limit) {
        incoming[1].copyFrom(outgoing[1]);
    }

    @Override
    public void barrier() {
        // The mirror is always there.
    }

    @Override
    public long bytesSent() {
        return 0;
    }

    @Override
    public void close() {
        // Nothing is held.
    }
}
