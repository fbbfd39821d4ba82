package dev.lockstep.cluster.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.conf.Configuration;

/** A process of its own that takes a lease and never gives it back. */
final class LeaseOwnerProcess implements AutoCloseable {
    private final Process process;

    private LeaseOwnerProcess(Process process) {
        this.process = process;
    }

    /** Returns when it holds the lease. */
    static LeaseOwnerProcess start(String runDirectory) throws IOException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        Main.class.getName(),
                        runDirectory)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        BufferedReader out = process.inputReader();
        String line = out.readLine();
        while (line != null && !line.startsWith("held")) {
            line = out.readLine();
        }
        assertThat(line).isEqualTo("held 1");
        return new LeaseOwnerProcess(process);
    }

    long pid() {
        return process.pid();
    }

    void kill() throws InterruptedException {
        process.destroyForcibly();
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    /** What it runs. */
    static final class Main {
        private Main() {}

        public static void main(String[] arguments) throws InterruptedException {
            RunDirectory run = RunDirectory.at(arguments[0], new Configuration());
            RunLease lease = RunLease.acquire(run, RunLeaseContract.SILENT, Duration.ZERO, waiting -> {});
            System.out.println("held " + lease.fencingNumber());
            TimeUnit.MINUTES.sleep(5);
        }
    }
}
