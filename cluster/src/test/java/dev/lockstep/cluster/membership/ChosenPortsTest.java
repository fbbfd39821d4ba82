package dev.lockstep.cluster.membership;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.cluster.transport.DataTransport;
import dev.lockstep.core.collective.Generation;
import dev.lockstep.core.collective.RankThreads;
import dev.lockstep.core.collective.RecordingObserver;
import dev.lockstep.core.config.PortRange;
import dev.lockstep.core.config.WorkerAddress;
import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a firewall between the hosts may count on. */
@Tag("process")
@Timeout(60)
class ChosenPortsTest {
    /** Loopback addresses that nobody else listens at. */
    private static final String DRIVER = "127.0.0.2";

    private static final String WORKERS = "127.0.0.3";
    private static final int SIZE = 3;

    private final RecordingObserver observer = new RecordingObserver();

    private static MembershipSettings settings(int size, double stallSeconds, PortRange ports) {
        return new MembershipSettings(
                size, RunSecret.random(), DRIVER, DRIVER, ports, stallSeconds, 20, DataTransport.sockets(false));
    }

    /** So many ports in a row that are free now, outside of those that the system gives. */
    private static PortRange freePorts(int count) throws IOException {
        for (int first = 21_000; first < 31_000; first += count) {
            if (areFree(first, count)) {
                return new PortRange(first, first + count - 1);
            }
        }
        throw new IOException("no " + count + " free ports in a row");
    }

    private static boolean areFree(int first, int count) {
        for (int port = first; port < first + count; port++) {
            try (ServerSocket all = new ServerSocket(port)) {
                assertThat(all.getLocalPort()).isEqualTo(port);
            } catch (IOException taken) {
                return false;
            }
        }
        return true;
    }

    private static ServerSocket take(int port, String host) throws IOException {
        return new ServerSocket(port, 1, InetAddress.getByName(host));
    }

    private static boolean isIn(PortRange range, int port) {
        return port >= range.first() && port <= range.last();
    }

    /** Workers meet and add up numbers, with a look at the sockets of this process meanwhile. */
    private Set<OpenSockets.Socket> socketsOfARun(
            Coordinator coordinator, MembershipSettings settings, DataAddress data) throws Exception {
        Set<OpenSockets.Socket> before = OpenSockets.ofThisProcess();
        Set<OpenSockets.Socket> during = ConcurrentHashMap.newKeySet();
        RankThreads.results(SIZE, rank -> {
            try (Member member = Member.connect(coordinator.address(), rank, 0, settings, data)) {
                Generation generation = member.join(-1);
                float[] values = {rank};
                generation.group().allReduceSum(values, 1);
                assertThat(values[0]).isEqualTo(3);
                during.addAll(OpenSockets.ofThisProcess());
                generation.group().barrier();
            }
            return null;
        });
        during.removeAll(before);
        return during;
    }

    @Test
    void aRunListensAndConnectsNowhereElse() throws Exception {
        Assumptions.assumeTrue(OpenSockets.canBeSeen(), "only Linux shows the sockets of a process in /proc");
        PortRange driverPorts = freePorts(2);
        PortRange workerPorts = new PortRange(driverPorts.last() + 1, driverPorts.last() + 5);
        Set<OpenSockets.Socket> before = OpenSockets.ofThisProcess();
        MembershipSettings settings = settings(SIZE, 20, driverPorts);
        try (ServerSocket firstOfDriver = take(driverPorts.first(), DRIVER);
                ServerSocket firstOfWorkers = take(workerPorts.first(), WORKERS);
                Coordinator coordinator = new Coordinator(settings, observer)) {
            assertThat(coordinator.address()).isEqualTo(DRIVER + ":" + driverPorts.last());
            Set<OpenSockets.Socket> listening = new HashSet<>(OpenSockets.ofThisProcess());
            listening.removeAll(before);
            assertThat(listening)
                    .extracting(OpenSockets.Socket::local)
                    .containsExactlyInAnyOrder(
                            DRIVER + ":" + firstOfDriver.getLocalPort(),
                            WORKERS + ":" + firstOfWorkers.getLocalPort(),
                            coordinator.address());

            Set<OpenSockets.Socket> sockets =
                    socketsOfARun(coordinator, settings, new DataAddress(WORKERS, workerPorts, WORKERS));
            assertThat(sockets.stream().filter(OpenSockets.Socket::listens).map(OpenSockets.Socket::local))
                    .as("the first free ports behind the one that is taken")
                    .containsExactlyInAnyOrder(
                            WORKERS + ":" + (workerPorts.first() + 1),
                            WORKERS + ":" + (workerPorts.first() + 2),
                            WORKERS + ":" + (workerPorts.first() + 3));
            List<OpenSockets.Socket> connections = new ArrayList<>(sockets);
            connections.removeIf(OpenSockets.Socket::listens);
            assertThat(connections)
                    .hasSizeGreaterThanOrEqualTo(SIZE + SIZE * (SIZE - 1))
                    .allMatch(each -> isIn(driverPorts, each.localPort())
                            || isIn(driverPorts, each.remotePort())
                            || isIn(workerPorts, each.localPort())
                            || isIn(workerPorts, each.remotePort()));
        }
    }

    @Test
    void aDriverWithoutAFreePortSaysWhichRangeToWiden() throws Exception {
        PortRange ports = freePorts(2);
        try (ServerSocket first = take(ports.first(), DRIVER);
                ServerSocket second = take(ports.last(), DRIVER)) {
            assertThat(first.isBound() && second.isBound()).isTrue();
            assertThatThrownBy(() -> new Coordinator(settings(1, 20, ports), observer))
                    .isInstanceOf(LockstepException.class)
                    .hasMessage("cluster.coordinator_ports: " + ports + ": all of these ports are taken at " + DRIVER
                            + "; another run on the same host? Widen the range (and the firewall's), or name another"
                            + " one");
        }
    }

    /** It has met the driver by then, and can tell it; the others need not wait for it until their deadline. */
    @Test
    void aWorkerWithoutAFreePortCanStillTellTheDriver() throws Exception {
        PortRange port = freePorts(1);
        MembershipSettings settings = settings(2, 2, PortRange.ANY);
        try (ServerSocket taken = take(port.first(), WORKERS);
                Coordinator coordinator = new Coordinator(settings, observer);
                Member member = Member.connect(
                        coordinator.address(), 1, 0, settings, new DataAddress(WORKERS, port, WORKERS))) {
            assertThat(taken.isBound()).isTrue();
            assertThatThrownBy(() -> member.join(-1))
                    .isInstanceOf(LockstepException.class)
                    .hasMessageStartingWith("cluster.worker_ports: " + port + ": this port is taken at " + WORKERS);
            member.publish("{\"event\":\"worker_failed\"}");
        }
        assertThat(observer.events()).anyMatch(event -> event.startsWith("published 1 "));
    }

    @Test
    void aPortThatIsFreedInTimeIsTaken() throws Exception {
        PortRange port = freePorts(1);
        MembershipSettings settings = settings(1, 20, PortRange.ANY);
        try (Coordinator coordinator = new Coordinator(settings, observer)) {
            ServerSocket taken = take(port.first(), WORKERS);
            RankThreads.results(2, thread -> {
                if (thread == 1) {
                    taken.close();
                    return null;
                }
                try (Member member = Member.connect(
                        coordinator.address(), 0, 0, settings, new DataAddress(WORKERS, port, WORKERS))) {
                    assertThat(member.join(-1).number()).isEqualTo(1);
                }
                return null;
            });
        }
    }

    @Test
    void addressesThatThisHostDoesNotHaveAreToldWithThoseItHas() throws Exception {
        // 203.0.113.0/24 is kept for documentation.
        for (String setting : List.of("203.0.113.1", "203.0.113.0/24", "nosuch7")) {
            MembershipSettings settings = settings(1, 20, PortRange.ANY);
            try (Coordinator coordinator = new Coordinator(settings, observer);
                    Member member = Member.connect(
                            coordinator.address(),
                            0,
                            0,
                            settings,
                            () -> DataAddress.of(
                                    PortRange.ANY, WorkerAddress.parse(setting), null, "here", Map.of()))) {
                assertThatThrownBy(() -> member.join(-1))
                        .isInstanceOf(LockstepException.class)
                        .returns(ExitCode.USAGE, failure -> ((LockstepException) failure).exitCode())
                        .hasMessageContaining(setting)
                        .hasMessageContaining("127.0.0.1");
            }
        }
    }

    @Test
    void oneJobFileNamesTheAddressesOfEveryHost() {
        PortRange ports = new PortRange(41_000, 41_009);
        WorkerAddress loopback = WorkerAddress.parse("127.0.0.0/8");
        assertThat(DataAddress.of(ports, null, null, "node1", Map.of())).isEqualTo(new DataAddress(null, ports, null));
        assertThat(DataAddress.of(ports, loopback, null, "node1", Map.of("SPARK_LOCAL_IP", "10.0.0.1")))
                .isEqualTo(new DataAddress("127.0.0.1", ports, "127.0.0.1"));
        assertThat(DataAddress.of(ports, null, null, "node1", Map.of("SPARK_LOCAL_IP", "10.0.0.1")))
                .as("as Spark's own ports")
                .isEqualTo(new DataAddress("10.0.0.1", ports, "10.0.0.1"));
        assertThat(DataAddress.of(ports, WorkerAddress.parse("0.0.0.0"), null, "node1", Map.of()))
                .as("nobody can connect to all addresses")
                .isEqualTo(new DataAddress("0.0.0.0", ports, null));
        assertThat(DataAddress.of(ports, null, WorkerAddress.parse("spark"), "node1", Map.of()))
                .isEqualTo(new DataAddress(null, ports, "node1"));
        assertThat(DataAddress.of(ports, null, loopback, "node1", Map.of()))
                .isEqualTo(new DataAddress(null, ports, "127.0.0.1"));
    }

    @Test
    void theDriverTellsTheTimeAtThePortOfTheRun() throws Exception {
        MembershipSettings settings = settings(2, 20, freePorts(1));
        Duration deadline = Duration.ofSeconds(10);
        try (Coordinator coordinator = new Coordinator(settings, observer)) {
            assertThat(ReferenceClock.secondsAhead(coordinator.address(), settings.secret(), deadline))
                    .isBetween(-deadline.toSeconds() / 2.0, deadline.toSeconds() / 2.0);
            assertThatThrownBy(() -> ReferenceClock.secondsAhead(coordinator.address(), RunSecret.random(), deadline))
                    .isInstanceOf(IOException.class);
        }
    }
}
