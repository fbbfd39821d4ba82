package dev.lockstep.spark.launch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs a program to its end, within a deadline. */
public final class ChildProcess {
    private ChildProcess() {}

    /**
     * How a program ended.
     *
     * @param exitCode its exit status
     * @param output what it wrote to standard output
     * @param errors what it wrote to standard error
     */
    public record Result(int exitCode, String output, String errors) {}

    /**
     * Runs a program.
     *
     * @param command program and arguments
     * @param directory to run in; it also takes the program's output in files
     * @param environment set in addition; an empty value takes the variable away
     * @param deadline after which the program is killed and the test fails
     */
    public static Result run(List<String> command, Path directory, Map<String, String> environment, Duration deadline)
            throws IOException, InterruptedException {
        Path output = Files.createTempFile(directory, "output", ".txt");
        Path errors = Files.createTempFile(directory, "errors", ".txt");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectOutput(output.toFile())
                .redirectError(errors.toFile());
        environment.forEach((name, value) -> {
            if (value.isEmpty()) {
                builder.environment().remove(name);
            } else {
                builder.environment().put(name, value);
            }
        });
        Process process = builder.start();
        if (!process.waitFor(deadline.toMillis(), TimeUnit.MILLISECONDS)) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
            throw new AssertionError("not finished within " + deadline + ": " + command + "\n"
                    + Files.readString(output) + Files.readString(errors));
        }
        return new Result(process.exitValue(), Files.readString(output), Files.readString(errors));
    }
}
