package dev.lockstep.core.oracle;

import dev.lockstep.core.collective.ByteBlock;
import dev.lockstep.core.collective.ProcessGroup;

/** A group of one worker, or a worker that only believes to be one of several: every merge gives back its own values. */
public class SingleWorkerGroup implements ProcessGroup {
    private final int size;

    /** A group of one. */
    public SingleWorkerGroup() {
        this(1);
    }

    /** A group that says to have so many workers. */
    public SingleWorkerGroup(int size) {
        this.size = size;
    }

    @Override
    public int rank() {
        return 0;
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public void allReduceSum(float[] values, int length) {}

    @Override
    public void allReduceSum(double[] values, int length) {}

    @Override
    public void broadcast(float[] values, int length, int root) {}

    @Override
    public void broadcast(double[] values, int length, int root) {}

    @Override
    public void exchange(ByteBlock[] outgoing, ByteBlock[] incoming, int limit) {}

    @Override
    public void barrier() {}

    @Override
    public long bytesSent() {
        return 0;
    }

    @Override
    public void close() {}
}
