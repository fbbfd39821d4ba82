package dev.lockstep.core.fault;

import dev.lockstep.core.collective.ByteBlock;
import dev.lockstep.core.collective.ProcessGroup;

/** A group in front of another one that tells which call comes and which has come back. */
final class FaultyProcessGroup implements ProcessGroup {
    private final ProcessGroup actual;
    private final FaultPosition position;

    FaultyProcessGroup(ProcessGroup actual, FaultPosition position) {
        this.actual = actual;
        this.position = position;
    }

    @Override
    public int rank() {
        return actual.rank();
    }

    @Override
    public int size() {
        return actual.size();
    }

    @Override
    public void allReduceSum(float[] values, int length) {
        position.calls();
        actual.allReduceSum(values, length);
        position.called();
    }

    @Override
    public void offer(float[] values, int from, int to) {
        actual.offer(values, from, to);
    }

    @Override
    public void allReduceSum(double[] values, int length) {
        position.calls();
        actual.allReduceSum(values, length);
        position.called();
    }

    @Override
    public void broadcast(float[] values, int length, int root) {
        position.broadcasts();
        actual.broadcast(values, length, root);
    }

    @Override
    public void broadcast(double[] values, int length, int root) {
        position.broadcasts();
        actual.broadcast(values, length, root);
        position.received(values);
    }

    @Override
    public void exchange(ByteBlock[] outgoing, ByteBlock[] incoming, int limit) {
        position.calls();
        actual.exchange(outgoing, incoming, limit);
        position.called();
    }

    @Override
    public void barrier() {
        position.calls();
        actual.barrier();
        position.called();
    }

    @Override
    public long bytesSent() {
        return actual.bytesSent();
    }

    @Override
    public void close() {
        actual.close();
    }
}
