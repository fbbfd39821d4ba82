package dev.lockstep.cluster.membership;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.cluster.transport.DataTransport;
import dev.lockstep.core.collective.RecordingObserver;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Real processes, one of them killed in the middle of training. */
@Tag("process")
@Timeout(120)
class KilledWorkerTest {
    private static final int SIZE = 3;
    private static final int STEPS = 800;
    private static final Duration DEADLINE = Duration.ofSeconds(60);

    /** A child process and the lines it has written. */
    private static final class Child {
        final Process process;
        final List<String> lines = new CopyOnWriteArrayList<>();

        Child(String address, int rank, int attempt, RunSecret secret) throws IOException {
            ProcessBuilder builder = new ProcessBuilder(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xmx256m",
                    "-XX:TieredStopAtLevel=1",
                    "-cp",
                    System.getProperty("java.class.path"),
                    WorkerProcess.class.getName(),
                    address,
                    Integer.toString(rank),
                    Integer.toString(attempt),
                    Integer.toString(SIZE),
                    Integer.toString(STEPS));
            builder.environment().put(WorkerProcess.SECRET_VARIABLE, secret.hex());
            process = builder.redirectErrorStream(true).start();
            Thread reader = new Thread(this::read, "child-" + rank);
            reader.setDaemon(true);
            reader.start();
        }

        private void read() {
            try (BufferedReader reader = process.inputReader(StandardCharsets.UTF_8)) {
                reader.lines().forEach(lines::add);
            } catch (IOException | UncheckedIOException killed) {
                lines.add("(end of output)");
            }
        }

        String await(String start) throws InterruptedException {
            long end = System.nanoTime() + DEADLINE.toNanos();
            while (true) {
                for (String line : lines) {
                    if (line.startsWith(start)) {
                        return line;
                    }
                }
                assertThat(System.nanoTime())
                        .as("waiting for \"" + start + "\" among " + lines)
                        .isLessThan(end);
                TimeUnit.MILLISECONDS.sleep(5);
            }
        }
    }

    @Test
    void aKilledWorkersReplacementTakesTheMostAdvancedStateAndTheSumsAreRight() throws Exception {
        RunSecret secret = RunSecret.random();
        // A stall deadline far away: only the broken connections can tell the survivors in time.
        MembershipSettings settings =
                new MembershipSettings(SIZE, secret, "127.0.0.1", 30, 60, DataTransport.sockets(true));
        RecordingObserver observer = new RecordingObserver();
        List<Child> children = new ArrayList<>();
        try (Coordinator coordinator = new Coordinator(settings, observer)) {
            for (int rank = 0; rank < SIZE; rank++) {
                children.add(new Child(coordinator.address(), rank, 0, secret));
            }
            children.get(1).await("applied 200");
            children.get(1).process.destroyForcibly();
            children.get(0).await("lost ");
            children.get(2).await("lost ");
            Child replacement = new Child(coordinator.address(), 1, 1, secret);
            children.add(replacement);
            String result = "result " + Arrays.hashCode(RestartingWorker.expected(SIZE, STEPS));
            List<String> second = new ArrayList<>();
            for (Child child : List.of(children.get(0), children.get(2), replacement)) {
                child.await(result);
                second.add(child.await("generation 2 "));
                assertThat(child.process.waitFor(DEADLINE.toSeconds(), TimeUnit.SECONDS))
                        .isTrue();
                assertThat(child.process.exitValue()).isZero();
            }
            assertThat(coordinator.rejoins()).isEqualTo(1);
            assertTheMostAdvancedIsTheSource(second);
        } finally {
            children.forEach(child -> child.process.destroyForcibly());
        }
        assertThat(observer.events()).anyMatch(event -> event.startsWith("lost 1: its connection broke"));
    }

    /** Each line: generation 2 source s step n own m. */
    private static void assertTheMostAdvancedIsTheSource(List<String> lines) {
        long mostAdvanced = Long.MIN_VALUE;
        int source = -1;
        int[] ranks = {0, 2, 1};
        for (int i = 0; i < lines.size(); i++) {
            long own = Long.parseLong(lines.get(i).split(" ", -1)[7]);
            if (own > mostAdvanced || (own == mostAdvanced && ranks[i] < source)) {
                mostAdvanced = own;
                source = ranks[i];
            }
        }
        assertThat(mostAdvanced).isGreaterThanOrEqualTo(200);
        String start = "generation 2 source " + source + " step " + mostAdvanced + " own ";
        assertThat(lines).allSatisfy(line -> assertThat(line).startsWith(start));
    }
}
