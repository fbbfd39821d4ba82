package dev.lockstep.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A process of the sandbox, as a later command finds it again.
 *
 * @param name such as {@code datanode-1}
 * @param pid process id
 * @param started milliseconds since 1970 at which the system says that the process began; 0 where it does not say
 * @param log file that takes what it writes
 */
record Daemon(String name, long pid, long started, String log) {
    private static final int SHOWN_LINES = 20;

    /**
     * Starts one that outlives this process and its terminal.
     *
     * @param directory to run in
     * @param log takes both of its streams
     */
    static Daemon start(String name, Path directory, Map<String, String> environment, List<String> command, Path log)
            throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        return new Daemon(name, process.pid(), startOf(process.toHandle()), log.toString());
    }

    private static long startOf(ProcessHandle process) {
        return process.info()
                .startInstant()
                .map(instant -> instant.toEpochMilli())
                .orElse(0L);
    }

    /** The process, if it lives and is the one that was started, not another with its number. */
    Optional<ProcessHandle> process() {
        return ProcessHandle.of(pid)
                .filter(ProcessHandle::isAlive)
                .filter(process -> started == 0 || startOf(process) == started);
    }

    boolean isAlive() {
        return process().isPresent();
    }

    /** The end of what it wrote. */
    String lastLines() {
        try {
            List<String> lines = Files.readAllLines(Path.of(log));
            return String.join("\n", lines.subList(Math.max(0, lines.size() - SHOWN_LINES), lines.size()));
        } catch (IOException e) {
            return log + " cannot be read: " + e.getMessage();
        }
    }
}
