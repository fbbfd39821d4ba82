package dev.lockstep.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A contender in one or more processes of its own, as {@link ContenderServer} runs it; several processes train
 * together and their rates are added. Between rounds the processes wait for their input and use no processor.
 */
final class ContenderProcess implements Contender {
    private static final long EXIT_SECONDS = 20;

    private record Server(Process process, BufferedReader answers, Writer requests, Path log) {}

    private final List<Server> servers = new ArrayList<>();

    /**
     * Starts the processes.
     *
     * @param logs where their error streams go
     * @param argumentsOfEach of {@link ContenderServer}, for every process
     */
    ContenderProcess(Path logs, List<List<String>> argumentsOfEach) {
        try {
            Files.createDirectories(logs);
            for (List<String> arguments : argumentsOfEach) {
                servers.add(start(logs.resolve(logName(arguments, servers.size())), arguments));
            }
        } catch (IOException e) {
            close();
            throw new UncheckedIOException(e);
        }
    }

    private static String logName(List<String> arguments, int process) {
        return arguments.get(0) + "-" + arguments.get(1) + "-" + process + ".log";
    }

    private static Server start(Path log, List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), ContenderServer.class.getName()));
        command.addAll(arguments);
        Process process =
                new ProcessBuilder(command).redirectError(log.toFile()).start();
        return new Server(
                process,
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8)),
                process.outputWriter(StandardCharsets.UTF_8),
                log);
    }

    @Override
    public String prepare() {
        String settings = "";
        for (Server server : servers) {
            settings = answer(server, ContenderServer.SETTINGS);
        }
        return settings;
    }

    @Override
    public double rate(int steps) {
        try {
            for (Server server : servers) {
                server.requests().write(steps + "\n");
                server.requests().flush();
            }
        } catch (IOException e) {
            throw new IllegalStateException(
                    "a contender has ended; see " + servers.get(0).log(), e);
        }
        double sum = 0;
        for (Server server : servers) {
            sum += Double.parseDouble(answer(server, ContenderServer.RATE));
        }
        return sum;
    }

    private static String answer(Server server, String kind) {
        try {
            // Native libraries write to the same stream what is no answer.
            String line = server.answers().readLine();
            while (line != null && !line.startsWith(kind)) {
                line = server.answers().readLine();
            }
            if (line == null) {
                throw new IllegalStateException("a contender has ended; see " + server.log());
            }
            return line.substring(kind.length());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        for (Server server : servers) {
            try {
                server.requests().close();
                if (!server.process().waitFor(EXIT_SECONDS, TimeUnit.SECONDS)) {
                    server.process().destroyForcibly();
                }
            } catch (IOException e) {
                server.process().destroyForcibly();
            } catch (InterruptedException e) {
                server.process().destroyForcibly();
                Thread.currentThread().interrupt();
            }
        }
    }
}
