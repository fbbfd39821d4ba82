package dev.lockstep.cluster.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.cluster.membership.Member;
import dev.lockstep.cluster.transport.DataTransport;
import dev.lockstep.cluster.transport.PeerListener;
import dev.lockstep.core.collective.AttemptEndedException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The network between members of a run is cut without a word, and heals. */
@Tag("process")
@Timeout(120)
class PartitionTest {
    private static final int WORKERS = 2;
    private static final int EPOCHS = 12;
    private static final double STALL_SECONDS = 1;
    private static final Duration DEADLINE = Duration.ofSeconds(10);

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    private SocketTraining training(double joinSeconds) throws IOException {
        return new SocketTraining(
                        WORKERS,
                        EPOCHS,
                        directory.resolve("cut"),
                        DataTransport.sockets(false),
                        STALL_SECONDS,
                        joinSeconds)
                .beforeEachStep(() -> {
                    try {
                        TimeUnit.MILLISECONDS.sleep(3);
                    } catch (InterruptedException interrupted) {
                        Thread.currentThread().interrupt();
                    }
                })
                .start();
    }

    private String undisturbed() throws Exception {
        return SocketTraining.undisturbed(WORKERS, EPOCHS, directory.resolve("undisturbed"));
    }

    /** The executor lives on, and comes back with what it had when it was cut off. */
    @Test
    void aWorkerThatWasCutOffIsReplacedAndRefusedWhenItReturns() throws Exception {
        String expected = undisturbed();
        try (SocketTraining training = training(60)) {
            training.awaitStep(20);
            training.controlProxy(1).cutOpenConnections();
            training.dataProxy(0).cutOpenConnections();
            training.awaitEvent("evicted 1: it was silent for 1 s; setting: cluster.stall_seconds");
            training.awaitEvent("formed 2 ");
            training.awaitMoreSteps(3);
            training.controlProxy(1).heal();
            training.dataProxy(0).heal();
            // It had the secret, and has it still: what refuses it is its age.
            assertThatThrownBy(
                            () -> Member.connect("127.0.0.1:" + training.coordinatorPort(), 1, 0, training.settings()))
                    .isInstanceOf(AttemptEndedException.class)
                    .hasMessageContaining("attempt 1 of rank 1 is already there");
            try (PeerListener returning = new PeerListener(
                    "127.0.0.1", 0, training.secret().bytes(), 1, DataTransport.sockets(false), DEADLINE)) {
                assertThatThrownBy(() -> returning.connect(
                                "127.0.0.1", training.dataProxy(0).port(), 1, 0, DEADLINE))
                        .isInstanceOf(IOException.class);
            }
            assertThat(training.parametersSha256()).isEqualTo(expected);
            training.await("the end of the old worker", () -> !training.ended().isEmpty());
            assertThat(training.ended()).singleElement().asString().startsWith("rank 1 life 0: ");
        }
    }

    /** Both still reach the driver: nobody is put out, they meet again as soon as they can. */
    @Test
    void workersThatCannotReachEachOtherMeetAgainWhenTheyCan() throws Exception {
        String expected = undisturbed();
        try (SocketTraining training = training(60)) {
            training.awaitStep(20);
            training.dataProxy(0).cut();
            training.awaitEvent("formed 2 ");
            training.dataProxy(0).heal();
            assertThat(training.parametersSha256()).isEqualTo(expected);
            assertThat(training.rejoins()).isPositive();
        }
    }

    /** The driver forms one generation after the other; what ends that is the workers' own deadline. */
    @Test
    @Tag("slow")
    void workersThatNeverReachEachOtherEndAndSayWhoCouldNotBeReached() throws Exception {
        try (SocketTraining training = training(3)) {
            training.awaitStep(20);
            training.dataProxy(0).cut();
            training.await("the end of both", () -> training.ended().size() == WORKERS);
            // Who gives up first says why; the other one may be told that it has left.
            assertThat(training.ended()).anySatisfy(ended -> assertThat(ended)
                    .contains("could not meet the others; last obstacle: ", "setting: cluster.join_seconds"));
        }
    }
}
