package dev.lockstep.core.checkpoint;

class InMemoryCheckpointStorageTest extends CheckpointStorageContract {
    @Override
    protected CheckpointStorage newStorage() {
        return new InMemoryCheckpointStorage();
    }
}
