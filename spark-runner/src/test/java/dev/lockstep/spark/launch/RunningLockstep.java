package dev.lockstep.spark.launch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code scripts/lockstep} as a process of its own that a test watches, stops or kills. */
public final class RunningLockstep implements AutoCloseable {
    private static final Path ROOT = Path.of(System.getProperty("lockstep.root"));
    private static final long LOOK_MILLIS = 20;

    private final Process process;
    private final Path output;

    private RunningLockstep(Process process, Path output) {
        this.process = process;
        this.output = output;
    }

    /**
     * Starts a command with the build that is there.
     *
     * @param directory to run in; takes the output too
     */
    public static RunningLockstep start(Path directory, Map<String, String> environment, List<String> arguments)
            throws IOException {
        List<String> command = new ArrayList<>();
        command.add(ROOT.resolve("scripts/lockstep").toString());
        command.addAll(arguments);
        Map<String, String> all = new LinkedHashMap<>(Map.of("SPARK_HOME", "", "LOCKSTEP_BUILD", "never"));
        all.putAll(environment);
        return startCommand(directory, all, command);
    }

    /**
     * Starts any program that is to be watched in the same way.
     *
     * @param directory to run in; takes the output too
     * @param environment set in addition; an empty value takes the variable away
     */
    static RunningLockstep startCommand(Path directory, Map<String, String> environment, List<String> command)
            throws IOException {
        Path output = Files.createTempFile(directory, "output", ".log");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        environment.forEach((name, value) -> {
            if (value.isEmpty()) {
                builder.environment().remove(name);
            } else {
                builder.environment().put(name, value);
            }
        });
        return new RunningLockstep(builder.start(), output);
    }

    /** Runs a command to its end. */
    public static ChildProcess.Result run(
            Path directory, Map<String, String> environment, Duration deadline, List<String> arguments)
            throws IOException, InterruptedException {
        try (RunningLockstep running = start(directory, environment, arguments)) {
            int exitCode = running.awaitExit(deadline);
            return new ChildProcess.Result(exitCode, running.output(), "");
        }
    }

    /** What it has written so far, both streams. */
    public String output() throws IOException {
        return Files.readString(output);
    }

    /** Waits until its output has a line that the pattern finds, and gives what it found. */
    public MatchResult awaitOutput(String pattern, Duration deadline) throws IOException, InterruptedException {
        Pattern wanted = Pattern.compile(pattern);
        long end = System.nanoTime() + deadline.toNanos();
        Matcher found = wanted.matcher(output());
        while (!found.find()) {
            if (System.nanoTime() > end || !process.isAlive()) {
                throw new AssertionError((process.isAlive() ? "not within " + deadline : "ended before it wrote") + ": "
                        + pattern + "\n" + output());
            }
            Thread.sleep(LOOK_MILLIS);
            found = wanted.matcher(output());
        }
        return found.toMatchResult();
    }

    /** Its exit code. */
    public int awaitExit(Duration deadline) throws IOException, InterruptedException {
        if (!process.waitFor(deadline.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new AssertionError("not finished within " + deadline + "\n" + output());
        }
        return process.exitValue();
    }

    /** SIGKILL. */
    public void kill() throws InterruptedException {
        process.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
    }

    /** SIGTERM. */
    public void terminate() {
        process.destroy();
    }

    /** The executors it has started, in the order of their process numbers. */
    public List<ProcessHandle> executors() {
        return process.descendants()
                .filter(child -> commandLine(child).contains("CoarseGrainedExecutorBackend"))
                .sorted()
                .toList();
    }

    /** The id that Spark gave an executor. */
    public static String executorId(ProcessHandle executor) {
        String[] arguments = commandLine(executor).split("\0", -1);
        for (int i = 0; i + 1 < arguments.length; i++) {
            if (arguments[i].equals("--executor-id")) {
                return arguments[i + 1];
            }
        }
        return "gone";
    }

    private static String commandLine(ProcessHandle child) {
        try {
            return Files.readString(Path.of("/proc", String.valueOf(child.pid()), "cmdline"));
        } catch (IOException gone) {
            return "";
        }
    }

    @Override
    public void close() {
        List<ProcessHandle> children = process.descendants().toList();
        process.destroyForcibly();
        children.forEach(ProcessHandle::destroyForcibly);
    }
}
