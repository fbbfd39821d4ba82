package dev.lockstep.spark;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lockstep.spark.launch.RunningLockstep;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Kills executors of a run with two workers, each time waiting until the training goes on. */
final class ExecutorKills {
    /** Whatever rank is there. */
    static final int ANY = -1;

    /** From a kill to the next step; on a machine that does nothing else it is a tenth of that. */
    private static final Duration DEADLINE = Duration.ofSeconds(60);

    private static final int RANKS = 2;

    private final RunningLockstep run;
    private final Path directory;
    private final RunEvents events;

    private int killed;

    ExecutorKills(RunningLockstep run, Path directory) {
        this.run = run;
        this.directory = directory;
        this.events = new RunEvents(directory);
    }

    /**
     * Kills one executor; the other's process lives on.
     *
     * @param rank of its worker
     * @return the seconds until the next step
     */
    double one(int rank) throws IOException, InterruptedException {
        return kill(victim(rank));
    }

    /** Kills rank 0, which writes the checkpoints, while it writes one. */
    void inTheMiddleOfACheckpoint() throws IOException, InterruptedException {
        ProcessHandle writer = victim(0);
        awaitCheckpointInWriting();
        kill(writer);
    }

    private void awaitCheckpointInWriting() throws IOException {
        Path checkpoints = directory.resolve("checkpoints");
        long end = System.nanoTime() + DEADLINE.toNanos();
        while (!isWriting(checkpoints)) {
            assertThat(System.nanoTime())
                    .as(() -> "no checkpoint was begun\n" + output())
                    .isLessThan(end);
            Thread.onSpinWait();
        }
    }

    private static boolean isWriting(Path checkpoints) throws IOException {
        try (Stream<Path> children = Files.list(checkpoints)) {
            return children.anyMatch(child -> child.getFileName().toString().startsWith("_temporary-step"));
        } catch (NoSuchFileException | UncheckedIOException moving) {
            return false;
        }
    }

    /** Kills both while a checkpoint is being written; nobody is left who has a state. */
    void bothInTheMiddleOfACheckpoint() throws IOException, InterruptedException {
        List<ProcessHandle> all = run.executors();
        assertThat(all).hasSize(RANKS);
        int recovered = events.of("recovered").size();
        awaitCheckpointInWriting();
        all.forEach(ProcessHandle::destroyForcibly);
        killed += RANKS;
        events.await("recovered", recovered + 1, DEADLINE, this::output);
        assertThat(run.executors()).hasSize(RANKS).doesNotContainAnyElementsOf(all);
    }

    private double kill(ProcessHandle victim) throws IOException, InterruptedException {
        List<ProcessHandle> survivors = new ArrayList<>(run.executors());
        assertThat(survivors.remove(victim)).isTrue();
        int recovered = events.of("recovered").size();
        String name = "executor " + RunningLockstep.executorId(victim);
        long start = System.nanoTime();
        assertThat(victim.destroyForcibly()).isTrue();
        killed++;
        JsonNode event = events.await("recovered", recovered + 1, DEADLINE, this::output);
        System.out.printf(
                "%s killed: next step after %.1f s by the driver's clock, seen after %.1f s%n",
                name, event.path("seconds").asDouble(), (System.nanoTime() - start) / 1e9);
        assertThat(run.executors())
                .as("who lived lives on")
                .containsAll(survivors)
                .hasSize(RANKS);
        return event.path("seconds").asDouble();
    }

    private ProcessHandle victim(int rank) throws IOException {
        List<ProcessHandle> all = run.executors();
        assertThat(all).hasSize(RANKS);
        List<JsonNode> meetings = events.of("membership");
        String executor =
                meetings.get(meetings.size() - 1).path("executors").path(rank).asText();
        return all.stream()
                .filter(one -> rank == ANY || RunningLockstep.executorId(one).equals(executor))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no executor " + executor + " of rank " + rank));
    }

    private String output() {
        try {
            return run.output();
        } catch (IOException e) {
            return e.toString();
        }
    }

    /** What each executor died of is told. */
    void requireReasons() throws IOException, InterruptedException {
        events.await("executor_lost", killed, DEADLINE, this::output);
        assertThat(events.of("executor_lost"))
                .hasSize(killed)
                .allSatisfy(event -> assertThat(event.path("exit_code").asInt()).isEqualTo(137))
                .allSatisfy(event -> assertThat(event.path("advice").asText()).contains("memoryOverhead"));
    }
}
