package dev.lockstep.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import sun.misc.Signal;

/** Real signals to this very process, which lives on. */
@Tag("process")
class StopSignalsTest {
    private static final long DEADLINE_SECONDS = 10;
    private static final int SIGINT = 2;

    private final BlockingQueue<String> happened = new LinkedBlockingQueue<>();

    private String next() throws InterruptedException {
        return String.valueOf(happened.poll(DEADLINE_SECONDS, TimeUnit.SECONDS));
    }

    @Test
    void theFirstStopsTheSecondEnds() throws IOException, InterruptedException {
        try (StopSignals signals = new StopSignals(code -> happened.add("halt " + code))) {
            assertThat(signals.requested()).isFalse();
            assertThat(signals.secondsSinceRequest()).isNegative();
            signals.onStop(() -> happened.add("stop"));
            Signal.raise(new Signal("TERM"));
            assertThat(next()).isEqualTo("stop");
            assertThat(signals.requested()).isTrue();
            assertThat(signals.secondsSinceRequest()).isNotNegative();

            signals.onStop(() -> happened.add("stop of what came later"));
            assertThat(next()).isEqualTo("stop of what came later");

            Signal.raise(new Signal("TERM"));
            assertThat(next()).isEqualTo("halt 143");
            // A shell lets what it starts in the background ignore SIGINT, and the JVM keeps to that.
            if (!isInterruptIgnored()) {
                Signal.raise(new Signal("INT"));
                assertThat(next()).isEqualTo("halt 130");
            }
        }
    }

    /** Whether this process was started so, see proc(5). */
    private static boolean isInterruptIgnored() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("SigIgn:"))
                .anyMatch(line -> (Long.parseUnsignedLong(line.substring(7).strip(), 16) & 1L << (SIGINT - 1)) != 0);
    }

    /** The second signal is for a first one that hangs. */
    @Test
    void theSecondEndsEvenWhileTheFirstIsStillAtWork() throws InterruptedException {
        BlockingQueue<String> release = new LinkedBlockingQueue<>();
        try (StopSignals signals = new StopSignals(code -> happened.add("halt " + code))) {
            signals.onStop(() -> {
                happened.add("hangs");
                try {
                    release.poll(DEADLINE_SECONDS, TimeUnit.SECONDS);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            Signal.raise(new Signal("TERM"));
            assertThat(next()).isEqualTo("hangs");
            Signal.raise(new Signal("TERM"));
            assertThat(next()).isEqualTo("halt 143");
            release.add("done");
        }
    }
}
