package dev.lockstep.cluster.collective;

import dev.lockstep.cluster.transport.DataTransport;
import dev.lockstep.cluster.transport.PeerGroups;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;

/** All that holds over sockets, through memory that the ranks share. */
@Tag("process")
class SharedMemoryProcessGroupTest extends TcpProcessGroupTest {
    @BeforeAll
    static void requireMemory() {
        PeerGroups.assumeSharedMemory();
    }

    @Override
    DataTransport transport() {
        return new DataTransport(false, true);
    }
}
