package dev.lockstep.spark.pipeline;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Runs a shell command that somebody wants to be told by. What becomes of it changes nothing. */
final class Hook {
    private static final int MOST_OUTPUT_BYTES = 4_000;
    private static final Duration GRACE = Duration.ofSeconds(2);

    private Hook() {}

    /**
     * How a command ended.
     *
     * @param exitCode of the shell; -1 for one that could not be started or was killed
     * @param timedOut whether it was killed
     * @param seconds that it took
     * @param output the end of what it wrote
     */
    record Outcome(int exitCode, boolean timedOut, double seconds, String output) {
        /** In words, for the log. */
        String sentence() {
            return timedOut ? "was killed at its deadline" : "ended with exit code " + exitCode;
        }
    }

    /**
     * Runs it to its end or its deadline.
     *
     * @param environment added to that of this process
     */
    static Outcome run(String command, Map<String, String> environment, Duration deadline) {
        long start = System.nanoTime();
        Path output = null;
        try {
            output = Files.createTempFile("lockstep-hook", ".txt");
            ProcessBuilder builder = new ProcessBuilder("/bin/sh", "-c", command)
                    .redirectInput(Path.of("/dev/null").toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile());
            builder.environment().putAll(environment);
            Process process = builder.start();
            boolean ended = process.waitFor(deadline.toMillis(), TimeUnit.MILLISECONDS);
            if (!ended) {
                kill(process);
            }
            return new Outcome(ended ? process.exitValue() : -1, !ended, since(start), end(output));
        } catch (IOException e) {
            return new Outcome(-1, false, since(start), String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Outcome(-1, false, since(start), "interrupted");
        } finally {
            delete(output);
        }
    }

    private static double since(long startNanos) {
        return (System.nanoTime() - startNanos) / 1e9;
    }

    /** With what it has started. */
    private static void kill(Process process) throws InterruptedException {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        process.waitFor(GRACE.toMillis(), TimeUnit.MILLISECONDS);
    }

    private static String end(Path output) throws IOException {
        byte[] bytes = Files.readAllBytes(output);
        int from = Math.max(0, bytes.length - MOST_OUTPUT_BYTES);
        return new String(bytes, from, bytes.length - from, StandardCharsets.UTF_8).strip();
    }

    private static void delete(@Nullable Path output) {
        if (output != null && !output.toFile().delete()) {
            output.toFile().deleteOnExit();
        }
    }
}
