package dev.lockstep.cluster.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;

class UnprovenConnectionsTest {
    private final UnprovenConnections<String> connections = new UnprovenConnections<>(4);

    private static InetSocketAddress from(int host, int port) {
        return new InetSocketAddress("10.0.0." + host, port);
    }

    @Test
    void whoHasTheMostMakesRoom() {
        assertThat(connections.add("worker", from(1, 1))).isNull();
        for (int i = 1; i <= 3; i++) {
            assertThat(connections.add("stranger " + i, from(2, i))).isNull();
        }
        assertThat(connections.add("stranger 4", from(2, 4))).isEqualTo("stranger 1");
        assertThat(connections.add("second worker", from(3, 1))).isEqualTo("stranger 2");
        assertThat(connections.all()).containsExactly("worker", "stranger 3", "stranger 4", "second worker");
    }

    @Test
    void whoHasProvedItselfNeverMakesRoom() {
        connections.add("worker", from(1, 1));
        connections.remove("worker");
        connections.remove("worker");
        for (int i = 1; i <= 4; i++) {
            assertThat(connections.add("stranger " + i, from(1, i))).isNull();
        }
        assertThat(connections.add("stranger 5", null)).isEqualTo("stranger 1");
    }
}
