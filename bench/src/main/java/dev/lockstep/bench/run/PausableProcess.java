package dev.lockstep.bench.run;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/**
 * A process with all that it has started, which can stand still without knowing of it (SIGSTOP) and go on (SIGCONT).
 * Nothing of it outlives this program, standing still or not, unless this program is killed with SIGKILL.
 */
public final class PausableProcess implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration PATIENCE_WITH_ORPHANS = Duration.ofSeconds(2);
    private static final Duration FORCED = Duration.ofSeconds(5);
    private static final long SIGNAL_SECONDS = 10;

    private final Process process;
    private final Duration patience;
    private final Thread atExit = new Thread(this::end, "ends-process");
    private boolean ended;

    private PausableProcess(Process process, Duration patience) {
        this.process = process;
        this.patience = patience;
    }

    /** Starts it. */
    public static PausableProcess start(ProcessBuilder builder) throws IOException {
        return start(builder, PATIENCE);
    }

    /**
     * Starts it.
     *
     * @param patience how long it may take to end when it is asked to
     */
    static PausableProcess start(ProcessBuilder builder, Duration patience) throws IOException {
        PausableProcess started = new PausableProcess(builder.start(), patience);
        Runtime.getRuntime().addShutdownHook(started.atExit);
        return started;
    }

    /** Whether the process itself, not one of those that it has started, runs or stands still. */
    public boolean isAlive() {
        return process.isAlive();
    }

    /** The exit code of a process that has ended. */
    public int exitCode() {
        return process.exitValue();
    }

    /** This process and all below it, parents first. */
    List<ProcessHandle> family() {
        return Stream.concat(Stream.of(process.toHandle()), process.descendants())
                .toList();
    }

    /** Lets the process and all below it stand still. */
    public void pause() {
        Set<ProcessHandle> still = new HashSet<>();
        // Until nobody new is found: a parent may have started one after it was listed and before it stood still.
        while (true) {
            List<ProcessHandle> moving =
                    family().stream().filter(one -> !still.contains(one)).toList();
            if (moving.isEmpty()) {
                return;
            }
            signal("STOP", moving);
            still.addAll(moving);
        }
    }

    /** Lets them go on. */
    public void resume() {
        signal("CONT", family());
    }

    /** Java itself can send no more than SIGTERM and SIGKILL. The shell knows kill even where no such program is. */
    private static void signal(String name, List<ProcessHandle> to) {
        List<String> command = new ArrayList<>(List.of("bash", "-c", "kill -s \"$0\" \"$@\"", name));
        to.forEach(one -> command.add(Long.toString(one.pid())));
        try {
            // Says so when one has just ended, which is no failure.
            Process kill = new ProcessBuilder(command)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (!kill.waitFor(SIGNAL_SECONDS, TimeUnit.SECONDS)) {
                throw new IllegalStateException("SIG" + name + " was not sent within " + SIGNAL_SECONDS + " s");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while SIG" + name + " was sent", e);
        }
    }

    /** Asks the process to end, and ends by force what is left of it and of all below it after a while. */
    @Override
    public void close() {
        end();
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException exiting) {
            // The hook runs or has run: it finds nothing left to do.
        }
    }

    private synchronized void end() {
        if (ended) {
            return;
        }
        ended = true;
        List<ProcessHandle> all = family();
        try {
            resume();
        } catch (RuntimeException notResumed) {
            // SIGKILL below needs nobody to be awake.
        }
        // Who is asked is the first one alone: it ends the others in its own order.
        process.destroy();
        awaitEnd(all.subList(0, 1), patience);
        awaitEnd(all, PATIENCE_WITH_ORPHANS);
        all.forEach(ProcessHandle::destroyForcibly);
        awaitEnd(all, FORCED);
    }

    private static void awaitEnd(List<ProcessHandle> all, Duration atMost) {
        long deadline = System.nanoTime() + atMost.toNanos();
        for (ProcessHandle one : all) {
            try {
                one.onExit().get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
            } catch (TimeoutException | ExecutionException late) {
                // The caller knows what comes next.
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }
}
