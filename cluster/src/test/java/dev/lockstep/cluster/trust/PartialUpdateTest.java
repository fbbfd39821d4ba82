package dev.lockstep.cluster.trust;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.cluster.transport.DataTransport;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Connections break in the middle of an update, again and again: what has come of it is not applied. */
@Tag("process")
@Timeout(120)
class PartialUpdateTest {
    private static final int WORKERS = 2;
    private static final int EPOCHS = 8;
    private static final int BREAKS = 6;

    /** About three updates: breaks fall into headers, numbers, tags and the exchange of states after a regroup. */
    private static final int MOST_BYTES = 30_000;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void anUpdateThatBreaksOffIsNotApplied(boolean encrypt) throws Exception {
        long seed = System.nanoTime();
        System.out.println("anUpdateThatBreaksOff: seed " + seed);
        Random random = new Random(seed);
        String expected = SocketTraining.undisturbed(WORKERS, EPOCHS, directory.resolve("undisturbed"));
        try (SocketTraining training = new SocketTraining(
                        WORKERS, EPOCHS, directory.resolve("broken"), DataTransport.sockets(encrypt), 20)
                .beforeEachStep(() -> {
                    try {
                        TimeUnit.MILLISECONDS.sleep(3);
                    } catch (InterruptedException interrupted) {
                        Thread.currentThread().interrupt();
                    }
                })
                .start()) {
            for (int breaks = 1; breaks <= BREAKS; breaks++) {
                training.awaitEvent("formed " + breaks + " ");
                training.dataProxy(0).breakAfter(random.nextInt(MOST_BYTES));
                training.await("break " + breaks, training.dataProxy(0)::hasBroken);
            }
            assertThat(training.parametersSha256()).isEqualTo(expected);
            assertThat(training.rejoins()).isGreaterThanOrEqualTo(BREAKS);
            assertThat(training.events()).noneMatch(event -> event.startsWith("lost"));
        }
    }
}
