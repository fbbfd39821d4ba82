package dev.lockstep.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.cluster.membership.OpenSockets;
import dev.lockstep.core.config.PortRange;
import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import dev.lockstep.spark.cli.ResumePolicy;
import dev.lockstep.spark.cli.TrainRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run whose executors are processes of their own listens where it was told to, and nowhere else. */
@Tag("slow")
@Tag("spark")
@Tag("process")
class FirewalledClusterTest {
    private static final long DEADLINE_SECONDS = 180;
    private static final PortRange COORDINATOR = new PortRange(31_110, 31_119);
    private static final PortRange WORKERS = new PortRange(31_120, 31_129);
    private static final PortRange BLOCK_MANAGERS = new PortRange(31_130, 31_139);
    private static final String CLUSTER =
            """
            cluster:
              workers: 2
              coordinator_ports: 31110-31119
              worker_ports: 31120-31129
              worker_bind_address: 127.0.0.1
              spark:
                spark.driver.host: 127.0.0.1
                spark.driver.bindAddress: 127.0.0.1
                spark.driver.port: '31100'
                spark.blockManager.port: '31130'
                spark.port.maxRetries: '9'
                spark.ui.enabled: 'false'
            """;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    /** Ports where this process's executors listen. */
    private static Set<Integer> listening() {
        Set<Integer> ports = new HashSet<>();
        ProcessHandle.current().descendants().forEach(child -> ports.addAll(listening(child.pid())));
        return ports;
    }

    /** None of a process that is no executor, or that ends while it is looked at. */
    private static Set<Integer> listening(long pid) {
        try {
            if (Files.readString(Path.of("/proc", String.valueOf(pid), "cmdline"))
                    .contains("CoarseGrainedExecutorBackend")) {
                return OpenSockets.of(pid).stream()
                        .filter(OpenSockets.Socket::listens)
                        .map(OpenSockets.Socket::localPort)
                        .collect(Collectors.toSet());
            }
        } catch (IOException gone) {
            return Set.of();
        }
        return Set.of();
    }

    private int train(Path job, String run) {
        return new SparkRunCommands()
                .train(new TrainRequest(
                        job.toString(),
                        folder.resolve(run).toString(),
                        "local-cluster[2,1,1024]",
                        null,
                        ResumePolicy.AUTO,
                        false,
                        List.of(),
                        false));
    }

    private static boolean isIn(PortRange range, int port) {
        return port >= range.first() && port <= range.last();
    }

    /** The second worker of the host finds no port: the driver says so and does not wait for it in vain. */
    @Test
    void aWorkerWithoutAFreePortEndsTheAttemptWithTheReason() throws Exception {
        Path job = Files.writeString(
                folder.resolve("narrow.yaml"),
                TestSpark.digitsYaml()
                        .replace(
                                "cluster: {workers: 2}\n",
                                CLUSTER.replace("31120-31129", "31120")
                                        .replace("workers: 2\n", "workers: 2\n  restarts: 0\n  stall_seconds: 5\n")));
        assertThatThrownBy(() -> train(job, "narrow"))
                .isInstanceOfSatisfying(LockstepException.class, failure -> assertThat(failure.exitCode())
                        .isEqualTo(ExitCode.CLUSTER))
                .hasMessageContaining("cluster.worker_ports: 31120: this port is taken at 127.0.0.1");
    }

    @Test
    void executorsListenInTheRangesAlone() throws Exception {
        Path job = Files.writeString(
                folder.resolve("job.yaml"),
                TestSpark.digitsYaml()
                        .replace("cluster: {workers: 2}\n", CLUSTER)
                        .replace("epochs: 2", "epochs: 200")
                        .replace("5 steps", "50 epochs"));
        CompletableFuture<Integer> training = CompletableFuture.supplyAsync(() -> train(job, "run"));
        Set<Integer> executors = new HashSet<>();
        Set<Integer> driver = new HashSet<>();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(DEADLINE_SECONDS);
        while (!training.isDone() && System.nanoTime() < end) {
            executors.addAll(listening());
            OpenSockets.ofThisProcess().stream()
                    .filter(OpenSockets.Socket::listens)
                    .forEach(socket -> driver.add(socket.localPort()));
            TimeUnit.MILLISECONDS.sleep(20);
        }
        assertThat(training.get(1, TimeUnit.SECONDS)).isZero();
        assertThat(executors)
                .allMatch(port -> isIn(WORKERS, port) || isIn(BLOCK_MANAGERS, port))
                .filteredOn(port -> isIn(WORKERS, port))
                .hasSize(2);
        assertThat(driver).filteredOn(port -> isIn(COORDINATOR, port)).hasSize(1);
    }
}
