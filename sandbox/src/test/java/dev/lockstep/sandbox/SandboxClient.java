package dev.lockstep.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.yarn.api.records.ApplicationReport;
import org.apache.hadoop.yarn.client.api.YarnClient;
import org.apache.hadoop.yarn.exceptions.YarnException;

/** What a test does with a sandbox: starts programs in its environment, kills its processes, looks at its files. */
final class SandboxClient {
    private static final Path ROOT = Path.of(System.getProperty("lockstep.root"));
    private static final Duration DEADLINE = Duration.ofMinutes(6);
    private static final long LOOK_MILLISECONDS = 200;

    private final Path state;
    private final Path folder;

    /**
     * @param state directory of the sandbox
     * @param folder takes what programs write
     */
    SandboxClient(Path state, Path folder) {
        this.state = state;
        this.folder = folder;
    }

    /** How a program ended, and all that it wrote. */
    record Outcome(int exitCode, String output) {}

    /** A program that runs. */
    record Running(Process process, Path log) implements AutoCloseable {
        Outcome outcome() {
            try {
                if (!process.waitFor(DEADLINE.toSeconds(), TimeUnit.SECONDS)) {
                    throw new AssertionError("not done after " + DEADLINE + "\n" + Files.readString(log));
                }
                return new Outcome(process.exitValue(), Files.readString(log));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }

        boolean isAlive() {
            return process.isAlive();
        }

        String output() {
            try {
                return Files.readString(log);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void close() {
            List<ProcessHandle> children = process.descendants().toList();
            process.destroyForcibly();
            children.forEach(ProcessHandle::destroyForcibly);
        }
    }

    private Layout layout() {
        return new Layout(state);
    }

    private SandboxState running() {
        return SandboxState.read(layout().state()).orElseThrow();
    }

    String hdfs() {
        return "hdfs://127.0.0.1:" + running().ports().nameNode();
    }

    /** The master of a cluster, {@code spark} or {@code yarn}. */
    String master(String cluster) {
        return cluster.equals("yarn")
                ? "yarn"
                : "spark://127.0.0.1:" + running().ports().sparkMaster();
    }

    Path sparkSubmit() {
        return layout().spark().resolve("bin/spark-submit");
    }

    /** Starts a program in the environment that the sandbox tells people to have. */
    Running start(String... command) {
        try {
            Path log = Files.createTempFile(folder, "output", ".log");
            ProcessBuilder builder = new ProcessBuilder(command)
                    .directory(ROOT.toFile())
                    .redirectInput(Path.of("/dev/null").toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile());
            builder.environment().keySet().removeAll(List.of("SPARK_HOME", "HADOOP_CONF_DIR", "SPARK_LOCAL_IP"));
            builder.environment().put("LOCKSTEP_BUILD", "never");
            if (Files.exists(layout().state())) {
                builder.environment().put("SPARK_HOME", layout().spark().toString());
                builder.environment().put("HADOOP_CONF_DIR", layout().hadoop().toString());
            }
            return new Running(builder.start(), log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Runs a program to its end. */
    Outcome run(String... command) {
        try (Running program = start(command)) {
            return program.outcome();
        }
    }

    /** The processes below the sandbox's daemons, and below a program, whose command line has a text. */
    List<ProcessHandle> processes(String text, Running... programs) {
        return java.util.stream.Stream.concat(
                        running().daemons().stream()
                                .flatMap(daemon -> daemon.process().stream())
                                .flatMap(ProcessHandle::descendants),
                        java.util.Arrays.stream(programs)
                                .flatMap(program -> program.process().descendants()))
                .filter(process -> commandLine(process).contains(text))
                .toList();
    }

    private static String commandLine(ProcessHandle process) {
        try {
            return Files.readString(Path.of("/proc/" + process.pid() + "/cmdline"), StandardCharsets.ISO_8859_1);
        } catch (IOException gone) {
            return "";
        }
    }

    /** Executors that have come up, not the shells around them. */
    List<ProcessHandle> executors() {
        return processes("CoarseGrainedExecutorBackend\0").stream()
                .filter(process -> process.info().command().orElse("").endsWith("/java"))
                .toList();
    }

    /** Waits for something. */
    static void await(String what, Running program, BooleanSupplier reached) {
        long end = System.nanoTime() + DEADLINE.toNanos();
        while (!reached.getAsBoolean()) {
            if (System.nanoTime() > end || !program.isAlive()) {
                throw new AssertionError((program.isAlive() ? "not within " + DEADLINE : "ended before") + ": " + what
                        + "\n" + program.output());
            }
            pause();
        }
    }

    static void pause() {
        try {
            Thread.sleep(LOOK_MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Waits until a run has trained so many epochs. */
    void awaitEpoch(int epoch, String run, Running program) {
        await("epoch " + epoch + " of " + run, program, () -> read(run + "/metrics.jsonl")
                .lines()
                .anyMatch(line -> line.contains("\"event\":\"epoch\"") && line.contains("\"epoch\":" + epoch + ",")));
    }

    /** The text of a file on HDFS; empty where there is none. */
    String read(String file) {
        try (FileSystem files = FileSystem.newInstance(URI.create(file), new Configuration())) {
            org.apache.hadoop.fs.Path path = new org.apache.hadoop.fs.Path(file);
            if (!files.exists(path)) {
                return "";
            }
            try (InputStream stream = files.open(path)) {
                return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Writes a file on HDFS. */
    void write(String file, String text) {
        try (FileSystem files = FileSystem.newInstance(URI.create(file), new Configuration());
                OutputStream stream = files.create(new org.apache.hadoop.fs.Path(file))) {
            stream.write(text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The names of what is in a folder on HDFS. */
    List<String> list(String directory) {
        try (FileSystem files = FileSystem.newInstance(URI.create(directory), new Configuration())) {
            org.apache.hadoop.fs.Path path = new org.apache.hadoop.fs.Path(directory);
            return files.exists(path)
                    ? java.util.Arrays.stream(files.listStatus(path))
                            .map(status -> status.getPath().getName())
                            .toList()
                    : List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** {@code result.json} of a run. */
    JsonNode result(String run) {
        try {
            return new ObjectMapper().readTree(read(run + "/result.json"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** How many attempts YARN made of the application of this name that was submitted last. */
    int attempts(String name) {
        try (YarnClient yarn = YarnClient.createYarnClient()) {
            Configuration configuration = new Configuration(false);
            configuration.addResource(new org.apache.hadoop.fs.Path(
                    layout().hadoop().resolve("core-site.xml").toUri()));
            configuration.addResource(new org.apache.hadoop.fs.Path(
                    layout().hadoop().resolve("yarn-site.xml").toUri()));
            yarn.init(new org.apache.hadoop.yarn.conf.YarnConfiguration(configuration));
            yarn.start();
            ApplicationReport latest = yarn.getApplications().stream()
                    .filter(report -> report.getName().equals(name))
                    .max(java.util.Comparator.comparing(ApplicationReport::getApplicationId))
                    .orElseThrow();
            return yarn.getApplicationAttempts(latest.getApplicationId()).size();
        } catch (IOException | YarnException e) {
            throw new IllegalStateException(e);
        }
    }
}
