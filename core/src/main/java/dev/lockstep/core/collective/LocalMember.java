package dev.lockstep.core.collective;

/** One worker thread's standing in a run inside this JVM. */
final class LocalMember implements Membership {
    private final LocalCoordinator coordinator;
    private final int rank;
    private final int size;

    LocalMember(LocalCoordinator coordinator, int rank, int size) {
        this.coordinator = coordinator;
        this.rank = rank;
        this.size = size;
    }

    @Override
    public int rank() {
        return rank;
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public Generation join(long lastAppliedStep) {
        return coordinator.join(this, lastAppliedStep);
    }

    @Override
    public void publish(String eventJson) {
        coordinator.publish(this, eventJson);
    }

    @Override
    public boolean stopRequested() {
        return coordinator.stopIsRequested();
    }

    @Override
    public void close() {
        coordinator.leave(this);
    }
}
