package dev.lockstep.sandbox;

import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/** Starts, describes and stops the daemons of one state directory. */
final class Sandbox {
    static final int NODES = 2;

    private static final Duration START_DEADLINE = Duration.ofSeconds(180);
    private static final Duration GRACE = Duration.ofSeconds(5);
    private static final long LOOK_MILLISECONDS = 100;
    private static final String HDFS = "org.apache.hadoop.hdfs.server.";
    private static final String YARN = "org.apache.hadoop.yarn.server.";

    private final Layout layout;
    private final PrintWriter output;

    Sandbox(Path directory, PrintWriter output) {
        this.layout = new Layout(directory);
        this.output = output;
    }

    /** A change that must not meet another one. */
    private interface Change {
        void make() throws IOException, InterruptedException;
    }

    private void alone(Change change) {
        try {
            Files.createDirectories(layout.lock().getParent());
            try (FileChannel channel =
                            FileChannel.open(layout.lock(), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    FileLock lock = channel.tryLock()) {
                if (lock == null) {
                    throw new SandboxException(
                            "another command is changing the sandbox at " + layout.root() + "; wait for it");
                }
                change.make();
            }
        } catch (IOException e) {
            throw new SandboxException("the sandbox at " + layout.root() + ": " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SandboxException("interrupted", e);
        }
    }

    /**
     * Starts all daemons and returns when they are of use.
     *
     * @param cores of each worker and node manager
     * @param memoryMib of each
     */
    void up(int cores, int memoryMib) {
        alone(() -> {
            Optional<SandboxState> there = SandboxState.read(layout.state());
            if (there.isPresent() && there.get().daemons().stream().allMatch(Daemon::isAlive)) {
                output.println("The sandbox is up already.");
                output.println(new Directions(layout, there.get().ports()).text());
                return;
            }
            there.ifPresent(this::stop);
            layout.delete();
            start(cores, memoryMib);
        });
    }

    private void start(int cores, int memoryMib) throws IOException, InterruptedException {
        long began = System.nanoTime();
        Ports ports = Ports.free();
        Files.createDirectories(layout.logs());
        new HadoopConfiguration(layout, ports, cores, memoryMib).write();
        SparkInstallation spark = new SparkInstallation(layout.spark());
        spark.layOut(layout.hadoop(), ports);
        List<Daemon> daemons = new ArrayList<>();
        try {
            startAll(ports, spark, cores, memoryMib, daemons);
            awaitAll(new Readiness(ports), daemons);
        } catch (IOException | InterruptedException | RuntimeException failure) {
            stop(new SandboxState(ports, daemons));
            throw failure;
        }
        output.printf(Locale.ROOT, "The sandbox is up, after %.0f s.%n", (System.nanoTime() - began) / 1e9);
        output.println(new Directions(layout, ports).text());
    }

    private void startAll(Ports ports, SparkInstallation spark, int cores, int memoryMib, List<Daemon> daemons)
            throws IOException, InterruptedException {
        format();
        start(ports, daemons, "namenode", hadoop(HDFS + "namenode.NameNode", List.of()), Map.of());
        String master = "spark://127.0.0.1:" + ports.sparkMaster();
        start(
                ports,
                daemons,
                "spark-master",
                spark.command("org.apache.spark.deploy.master.Master", masterArguments(ports)),
                spark.environment());
        start(ports, daemons, "resourcemanager", hadoop(YARN + "resourcemanager.ResourceManager", List.of()), Map.of());
        for (int node = 1; node <= NODES; node++) {
            String name = "datanode-" + node;
            start(
                    ports,
                    daemons,
                    name,
                    hadoop(HDFS + "datanode.DataNode", List.of("-Ddfs.datanode.data.dir=" + layout.data(name))),
                    Map.of());
            name = "spark-worker-" + node;
            Path work = Files.createDirectories(layout.data(name));
            List<String> arguments = List.of(
                    "--host",
                    "127.0.0.1",
                    "--cores",
                    String.valueOf(cores),
                    "--memory",
                    memoryMib + "m",
                    "--webui-port",
                    "0",
                    "--work-dir",
                    work.toString(),
                    master);
            start(
                    ports,
                    daemons,
                    name,
                    spark.command("org.apache.spark.deploy.worker.Worker", arguments),
                    spark.environment());
            name = "nodemanager-" + node;
            Path data = Files.createDirectories(layout.data(name));
            List<String> ownDirectories = List.of(
                    "-Dyarn.nodemanager.local-dirs=" + data.resolve("local"),
                    "-Dyarn.nodemanager.log-dirs=" + data.resolve("logs"));
            start(ports, daemons, name, hadoop(YARN + "nodemanager.NodeManager", ownDirectories), Map.of());
        }
    }

    private static List<String> masterArguments(Ports ports) {
        return List.of(
                "--host",
                "127.0.0.1",
                "--port",
                String.valueOf(ports.sparkMaster()),
                "--webui-port",
                String.valueOf(ports.sparkMasterWeb()));
    }

    private void format() throws IOException, InterruptedException {
        Path log = layout.logs().resolve("format.log");
        Process process = new ProcessBuilder(
                        hadoop(HDFS + "namenode.NameNode", List.of("-format", "-force", "-nonInteractive")))
                .directory(layout.root().toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        if (!process.waitFor(START_DEADLINE.toSeconds(), TimeUnit.SECONDS) || process.exitValue() != 0) {
            process.destroyForcibly();
            throw new SandboxException("the name node could not be formatted; see " + log);
        }
    }

    /** One of Hadoop's daemons: on this process's own class path, behind the configuration. */
    private List<String> hadoop(String mainClass, List<String> arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "--add-opens=java.base/java.lang=ALL-UNNAMED",
                "-Dhadoop.log.dir=" + layout.logs(),
                "-cp",
                layout.hadoop() + File.pathSeparator + System.getProperty("java.class.path"),
                mainClass));
        command.addAll(arguments);
        return command;
    }

    private void start(Ports ports, List<Daemon> daemons, String name, List<String> command, Map<String, String> more)
            throws IOException {
        Map<String, String> environment = new LinkedHashMap<>(more);
        environment.put("HADOOP_CONF_DIR", layout.hadoop().toString());
        environment.put("JAVA_HOME", System.getProperty("java.home"));
        Daemon daemon = Daemon.start(
                name, layout.root(), environment, command, layout.logs().resolve(name + ".log"));
        daemons.add(daemon);
        // After each one, so that nothing is left behind whatever happens to this process.
        new SandboxState(ports, daemons).write(layout.state());
    }

    private void awaitAll(Readiness readiness, List<Daemon> daemons) throws InterruptedException {
        await("HDFS with " + NODES + " data nodes", daemons, () -> readiness.dataNodes() == NODES);
        await("Spark with " + NODES + " workers", daemons, () -> readiness.sparkWorkers() == NODES);
        await("YARN with " + NODES + " node managers", daemons, () -> readiness.nodeManagers() == NODES);
    }

    private void await(String what, List<Daemon> daemons, BooleanSupplier ready) throws InterruptedException {
        long deadline = System.nanoTime() + START_DEADLINE.toNanos();
        while (!ready.getAsBoolean()) {
            for (Daemon daemon : daemons) {
                if (!daemon.isAlive()) {
                    throw new SandboxException(daemon.name() + " ended before the sandbox was up; the end of "
                            + daemon.log() + ":\n" + daemon.lastLines());
                }
            }
            if (System.nanoTime() > deadline) {
                throw new SandboxException("expected " + what + " within " + START_DEADLINE.toSeconds()
                        + " s; not there. Look into " + layout.logs());
            }
            Thread.sleep(LOOK_MILLISECONDS);
        }
        output.println(what + ": ready");
        output.flush();
    }

    /**
     * Says what runs.
     *
     * @return whether all of it does
     */
    boolean status() {
        Optional<SandboxState> state = SandboxState.read(layout.state());
        if (state.isEmpty()) {
            output.println("There is no sandbox at " + layout.root() + "; start one with: scripts/sandbox up");
            return false;
        }
        boolean all = true;
        for (Daemon daemon : state.get().daemons()) {
            boolean alive = daemon.isAlive();
            all &= alive;
            output.printf(
                    Locale.ROOT,
                    "%-16s %-7s pid %-8d %s%n",
                    daemon.name(),
                    alive ? "running" : "ENDED",
                    daemon.pid(),
                    daemon.log());
        }
        if (all) {
            output.println(new Directions(layout, state.get().ports()).text());
        }
        return all;
    }

    /** Stops whatever runs, what it started included; its files stay until the next start. */
    void down() {
        alone(() -> {
            Optional<SandboxState> state = SandboxState.read(layout.state());
            if (state.isEmpty()) {
                output.println("There is no sandbox at " + layout.root() + ".");
                return;
            }
            stop(state.get());
            Files.delete(layout.state());
            output.println("The sandbox is down; its logs are in " + layout.logs());
        });
    }

    /** Those that wait for others first, and not all of them listen to a request while they wait. */
    private void stop(SandboxState state) {
        List<ProcessHandle> daemons = state.daemons().stream()
                .flatMap(daemon -> daemon.process().stream())
                .toList();
        // Before their parents go: executors and containers.
        List<ProcessHandle> children =
                daemons.stream().flatMap(ProcessHandle::descendants).toList();
        Stream.concat(daemons.stream(), children.stream()).forEach(ProcessHandle::destroy);
        long deadline = System.nanoTime() + GRACE.toNanos();
        for (ProcessHandle process :
                Stream.concat(daemons.stream(), children.stream()).toList()) {
            if (!ended(process, deadline)) {
                process.destroyForcibly();
                ended(process, System.nanoTime() + GRACE.toNanos());
            }
        }
    }

    private static boolean ended(ProcessHandle process, long deadline) {
        while (process.isAlive()) {
            if (System.nanoTime() > deadline) {
                return false;
            }
            try {
                Thread.sleep(LOOK_MILLISECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
        return true;
    }
}
