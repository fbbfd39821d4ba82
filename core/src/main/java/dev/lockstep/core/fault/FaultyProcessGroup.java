package dev.lockstep.core.fault;

import dev.lockstep.core.collective.ByteBlock;
import dev.lockstep.core.collective.ForwardingProcessGroup;
import dev.lockstep.core.collective.ProcessGroup;

/** A group in front of another one that tells which call comes and which has come back. */
final class FaultyProcessGroup extends ForwardingProcessGroup {
    private final FaultPosition position;

    FaultyProcessGroup(ProcessGroup actual, FaultPosition position) {
        super(actual);
        this.position = position;
    }

    @Override
    public void allReduceSum(float[] values, int length) {
        position.calls();
        super.allReduceSum(values, length);
        position.called();
    }

    @Override
    public void allReduceSum(double[] values, int length) {
        position.calls();
        super.allReduceSum(values, length);
        position.called();
    }

    @Override
    public void broadcast(float[] values, int length, int root) {
        position.broadcasts();
        super.broadcast(values, length, root);
    }

    @Override
    public void broadcast(double[] values, int length, int root) {
        position.broadcasts();
        super.broadcast(values, length, root);
        position.received(values);
    }

    @Override
    public void exchange(ByteBlock[] outgoing, ByteBlock[] incoming, int limit) {
        position.calls();
        super.exchange(outgoing, incoming, limit);
        position.called();
    }

    @Override
    public void barrier() {
        position.calls();
        super.barrier();
        position.called();
    }
}
