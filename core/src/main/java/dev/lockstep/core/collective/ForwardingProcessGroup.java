package dev.lockstep.core.collective;

/** A group in front of another one, which does everything that is not overridden. */
public abstract class ForwardingProcessGroup implements ProcessGroup {
    private final ProcessGroup actual;

    protected ForwardingProcessGroup(ProcessGroup actual) {
        this.actual = actual;
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
        actual.allReduceSum(values, length);
    }

    @Override
    public void offer(float[] values, int from, int to) {
        actual.offer(values, from, to);
    }

    @Override
    public void allReduceSum(double[] values, int length) {
        actual.allReduceSum(values, length);
    }

    @Override
    public void broadcast(float[] values, int length, int root) {
        actual.broadcast(values, length, root);
    }

    @Override
    public void broadcast(double[] values, int length, int root) {
        actual.broadcast(values, length, root);
    }

    @Override
    public void exchange(ByteBlock[] outgoing, ByteBlock[] incoming, int limit) {
        actual.exchange(outgoing, incoming, limit);
    }

    @Override
    public void barrier() {
        actual.barrier();
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
