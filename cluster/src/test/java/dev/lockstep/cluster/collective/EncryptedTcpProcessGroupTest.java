package dev.lockstep.cluster.collective;

import dev.lockstep.cluster.transport.PeerGroups;
import dev.lockstep.core.collective.ProcessGroup;
import dev.lockstep.core.collective.ProcessGroupContract;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;

@Tag("process")
class EncryptedTcpProcessGroupTest extends ProcessGroupContract {
    @Override
    protected List<? extends ProcessGroup> open(int size, Duration deadline) throws Exception {
        return PeerGroups.open(size, "another secret of the tests".getBytes(StandardCharsets.UTF_8), true, deadline);
    }
}
