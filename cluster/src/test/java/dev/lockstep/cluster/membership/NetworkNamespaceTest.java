package dev.lockstep.cluster.membership;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.cluster.transport.DataTransport;
import dev.lockstep.core.collective.RecordingObserver;
import dev.lockstep.core.config.PortRange;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Workers in network namespaces of their own, as on three machines, behind a router in a fourth; a way between two of them
 * is taken down and comes up again. Needs the rights of an administrator and the command {@code ip}.
 */
@Tag("process")
@Tag("slow")
@Timeout(240)
class NetworkNamespaceTest {
    private static final int SIZE = 3;
    private static final int STEPS = 4_000;
    private static final int CUT_OFF = 1;
    private static final Duration DEADLINE = Duration.ofSeconds(90);
    private static final String ROUTER = "lockstep-router";
    private static final String DRIVER_ADDRESS = "10.213.0.1";

    private final List<Worker> workers = new ArrayList<>();
    private final RunSecret secret = RunSecret.random();

    /** A child process and the lines it has written. */
    private static final class Worker {
        final Process process;
        final List<String> lines = new CopyOnWriteArrayList<>();

        Worker(Process process) {
            this.process = process;
            Thread reader = new Thread(() -> {
                try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
                    output.lines().forEach(lines::add);
                } catch (IOException | UncheckedIOException killed) {
                    lines.add("(end of output)");
                }
            });
            reader.setDaemon(true);
            reader.start();
        }

        boolean hasSaid(String start) {
            return lines.stream().anyMatch(line -> line.startsWith(start));
        }
    }

    private static String namespace(int rank) {
        return "lockstep-" + rank;
    }

    private static int run(String command) throws IOException, InterruptedException {
        try {
            Process process = new ProcessBuilder(command.split(" ", -1))
                    .redirectErrorStream(true)
                    .start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int exitCode = process.waitFor();
            if (exitCode != 0) {
                System.out.println(command + ": " + output.strip());
            }
            return exitCode;
        } catch (IOException absent) {
            System.out.println(command + ": " + absent.getMessage());
            return -1;
        }
    }

    private static void require(String command) throws IOException, InterruptedException {
        assertThat(run(command)).as(command).isZero();
    }

    @BeforeEach
    void lay() throws Exception {
        removeNamespaces();
        Assumptions.assumeTrue(
                run("ip netns add " + ROUTER) == 0
                        && run("ip link add lockstep-way type veth peer name out netns " + ROUTER) == 0,
                "this machine allows no network namespaces");
        require("ip addr add " + DRIVER_ADDRESS + "/30 dev lockstep-way");
        require("ip link set lockstep-way up");
        require("ip -n " + ROUTER + " addr add 10.213.0.2/30 dev out");
        require("ip -n " + ROUTER + " link set out up");
        require("ip netns exec " + ROUTER + " sysctl -q -w net.ipv4.ip_forward=1");
        for (int rank = 0; rank < SIZE; rank++) {
            String name = namespace(rank);
            String net = "10.213." + (rank + 1);
            require("ip netns add " + name);
            require("ip -n " + ROUTER + " link add way" + rank + " type veth peer name way netns " + name);
            require("ip -n " + ROUTER + " addr add " + net + ".1/24 dev way" + rank);
            require("ip -n " + ROUTER + " link set way" + rank + " up");
            require("ip -n " + name + " addr add " + net + ".2/24 dev way");
            require("ip -n " + name + " link set way up");
            require("ip -n " + name + " link set lo up");
            require("ip -n " + name + " route add default via " + net + ".1");
            require("ip route add " + net + ".0/24 via 10.213.0.2");
        }
    }

    @AfterEach
    void removeNamespaces() throws Exception {
        workers.forEach(worker -> worker.process.destroyForcibly());
        if (Files.exists(Path.of("/sys/class/net/lockstep-way"))) {
            // It would go with its namespace, but some time after it.
            run("ip link del lockstep-way");
        }
        for (String name : List.of(namespace(0), namespace(1), namespace(2), ROUTER)) {
            if (Files.exists(Path.of("/var/run/netns", name))) {
                run("ip netns del " + name);
            }
        }
    }

    private Worker start(List<String> within, String address, int rank, int attempt) throws IOException {
        List<String> command = new ArrayList<>(within);
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                WorkerProcess.class.getName(),
                address,
                String.valueOf(rank),
                String.valueOf(attempt),
                String.valueOf(SIZE),
                String.valueOf(STEPS),
                "3"));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put(WorkerProcess.SECRET_VARIABLE, secret.hex());
        Worker worker = new Worker(builder.redirectErrorStream(true).start());
        workers.add(worker);
        return worker;
    }

    private void await(String what, BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + DEADLINE.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime())
                    .as("waiting for: " + what + " among "
                            + workers.stream().map(worker -> worker.lines).toList())
                    .isLessThan(end);
            TimeUnit.MILLISECONDS.sleep(10);
        }
    }

    /** The router drops, without a word, what one end sends to the other. */
    private static void drop(String verb, String from, String to) throws IOException, InterruptedException {
        require("ip -n " + ROUTER + " rule " + verb + " from " + from + " to " + to + " blackhole");
        require("ip -n " + ROUTER + " rule " + verb + " from " + to + " to " + from + " blackhole");
    }

    private static String network(int rank) {
        return "10.213." + (rank + 1) + ".0/24";
    }

    /** Something that takes a way down, or up again. */
    @FunctionalInterface
    private interface Change {
        void run() throws IOException, InterruptedException;
    }

    @Test
    void aWorkerWhoseWayWasDownIsReplacedAndRefusedWhenItIsUpAgain() throws Exception {
        cut(
                CUT_OFF,
                () -> require("ip -n " + ROUTER + " link set way" + CUT_OFF + " down"),
                "it was silent for 3 s",
                () -> require("ip -n " + ROUTER + " link set way" + CUT_OFF + " up"));
    }

    /** The other workers still reach it. */
    @Test
    void aWorkerThatTheDriverAloneCannotReachIsReplaced() throws Exception {
        cut(
                CUT_OFF,
                () -> drop("add", network(CUT_OFF), DRIVER_ADDRESS),
                "it was silent for 3 s",
                () -> drop("del", network(CUT_OFF), DRIVER_ADDRESS));
    }

    /** The driver still reaches both, and so does the third worker. */
    @Test
    void aWorkerThatOneOtherCannotReachIsReplaced() throws Exception {
        cut(
                2,
                () -> drop("add", network(CUT_OFF), network(2)),
                "it and rank 1 could not reach each other for 3 s",
                () -> drop("del", network(CUT_OFF), network(2)));
    }

    private void cut(int rank, Change down, String reason, Change up) throws Exception {
        MembershipSettings settings = new MembershipSettings(
                SIZE, secret, DRIVER_ADDRESS, DRIVER_ADDRESS, PortRange.ANY, 3, 60, DataTransport.sockets(true));
        RecordingObserver observer = new RecordingObserver();
        try (Coordinator coordinator = new Coordinator(settings, observer)) {
            String address = coordinator.address();
            for (int each = 0; each < SIZE; each++) {
                start(List.of("ip", "netns", "exec", namespace(each)), address, each, 0);
            }
            Worker putOut = workers.get(rank);
            await("a running training", () -> putOut.hasSaid("applied 300"));
            down.run();
            await("its eviction", () -> observer.events().stream()
                    .anyMatch(event -> event.startsWith("lost " + rank + ": " + reason)));
            Worker replacement = start(List.of(), address, rank, 1);
            await("its replacement", () -> replacement.hasSaid("generation "));
            await("its steps", () -> replacement.hasSaid("applied "));
            up.run();
            await("its end", () -> !putOut.process.isAlive());
            assertThat(putOut.process.exitValue()).isNotZero();
            assertThat(putOut.lines).anyMatch(line -> line.contains("AttemptEndedException"));
            assertThat(putOut.hasSaid("result")).isFalse();
            String result = "result " + Arrays.hashCode(RestartingWorker.expected(SIZE, STEPS));
            for (int each = 0; each < SIZE; each++) {
                Worker survivor = each == rank ? replacement : workers.get(each);
                await(result, () -> survivor.hasSaid(result));
            }
            assertThat(coordinator.rejoins()).isPositive();
        }
    }
}
