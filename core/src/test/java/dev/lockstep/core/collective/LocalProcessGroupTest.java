package dev.lockstep.core.collective;

import java.time.Duration;
import java.util.List;

class LocalProcessGroupTest extends ProcessGroupContract {
    @Override
    protected List<? extends ProcessGroup> open(int size, Duration deadline) {
        return LocalProcessGroup.create(size, deadline);
    }
}
