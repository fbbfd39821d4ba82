package dev.lockstep.bench.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Processes that stand still together with their children, and end. */
@SuppressWarnings("NullAway.Init")
@Tag("process")
@Timeout(value = 60, unit = TimeUnit.SECONDS)
final class PausableProcessTest {
    /** A parent and a child that write on and on, each to a file of its own. */
    private static final String FAMILY =
            """
            cd "$0"
            bash -c 'while true; do echo x >> child; sleep 0.01; done' &
            while true; do echo x >> parent; sleep 0.01; done
            """;

    @TempDir
    Path directory;

    @Test
    void standsStillWithItsChildrenAndGoesOn() throws Exception {
        try (PausableProcess process = start(FAMILY)) {
            awaitGrowth("parent");
            awaitGrowth("child");

            process.pause();
            for (ProcessHandle one : process.family()) {
                awaitStopped(one);
            }
            assertThat(process.isAlive()).isTrue();

            process.resume();
            awaitGrowth("parent");
            awaitGrowth("child");
        }
    }

    @Test
    void endsThoseThatStandStillAndThoseThatWillNot() throws Exception {
        PausableProcess process = start("trap '' TERM; " + FAMILY);
        awaitGrowth("child");
        process.pause();
        List<ProcessHandle> family = process.family();
        assertThat(family).hasSizeGreaterThan(1);
        process.close();
        process.close();
        assertThat(family).noneMatch(ProcessHandle::isAlive);
    }

    private PausableProcess start(String script) throws IOException {
        return PausableProcess.start(
                new ProcessBuilder("bash", "-c", script, directory.toString()), Duration.ofSeconds(1));
    }

    /** The test's deadline is that of the class. */
    private void awaitGrowth(String name) throws Exception {
        Path file = directory.resolve(name);
        long before = Files.exists(file) ? Files.size(file) : 0;
        while (!Files.exists(file) || Files.size(file) <= before) {
            Thread.sleep(5);
        }
    }

    private static void awaitStopped(ProcessHandle one) throws Exception {
        Path status = Path.of("/proc/" + one.pid() + "/status");
        // Or has ended, and its parent stood still before it saw that.
        Pattern still = Pattern.compile("State:\t[TZ]");
        while (!still.matcher(Files.readString(status, StandardCharsets.UTF_8)).find()) {
            Thread.sleep(5);
        }
    }
}
