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
    private static final String UNREACHED = "it and rank %d could not reach each other for 1 s, though both reach the"
            + " driver; setting: cluster.stall_seconds";
    private static final Duration DEADLINE = Duration.ofSeconds(10);

    /** So that there is a training to be disturbed. */
    private volatile long stepMilliseconds = 3;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    private SocketTraining training(double joinSeconds) throws IOException {
        return training(WORKERS, joinSeconds);
    }

    private SocketTraining training(int workers, double joinSeconds) throws IOException {
        return new SocketTraining(
                        workers,
                        EPOCHS,
                        directory.resolve("cut"),
                        DataTransport.sockets(false),
                        STALL_SECONDS,
                        joinSeconds)
                .beforeEachStep(() -> {
                    try {
                        TimeUnit.MILLISECONDS.sleep(stepMilliseconds);
                    } catch (InterruptedException interrupted) {
                        Thread.currentThread().interrupt();
                    }
                })
                .start();
    }

    private String undisturbed() throws Exception {
        return undisturbed(WORKERS);
    }

    private String undisturbed(int workers) throws Exception {
        return SocketTraining.undisturbed(workers, EPOCHS, directory.resolve("undisturbed"));
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

    /** The other worker still reaches it: the driver alone decides who is there. */
    @Test
    void aWorkerThatTheDriverAloneCannotReachIsReplaced() throws Exception {
        String expected = undisturbed();
        try (SocketTraining training = training(60)) {
            training.awaitStep(20);
            // The two train on: it must not be over before the driver finds out.
            stepMilliseconds = 50;
            training.controlProxy(1).cut();
            training.awaitEvent("evicted 1: it was silent for 1 s; setting: cluster.stall_seconds");
            stepMilliseconds = 0;
            assertThat(training.parametersSha256()).isEqualTo(expected);
            assertThat(training.ended()).as("nobody could tell it").isEmpty();
            training.controlProxy(1).heal();
            training.await("the end of the old worker", () -> !training.ended().isEmpty());
            assertThat(training.ended()).singleElement().asString().startsWith("rank 1 life 0: ");
        }
    }

    /** Ranks 1 and 2 reach the driver and rank 0: one of them has to be elsewhere. */
    @Test
    void aWorkerThatOneOtherCannotReachIsReplaced() throws Exception {
        String expected = undisturbed(3);
        try (SocketTraining training = training(3, 60)) {
            training.awaitStep(20);
            training.dataProxy(1).cut();
            training.awaitEvent("evicted 2: " + UNREACHED.formatted(1));
            training.dataProxy(1).heal();
            assertThat(training.parametersSha256()).isEqualTo(expected);
            assertThat(training.ended()).singleElement().asString().startsWith("rank 2 life 0: ");
        }
    }

    /** Nobody reaches rank 1 where rank 2 looks for it: a replacement of rank 2 does not help, one of rank 1 does. */
    @Test
    @Tag("slow")
    void whereThatIsOfNoUseTheOtherOneIsReplaced() throws Exception {
        String expected = undisturbed(3);
        try (SocketTraining training = training(3, 60)) {
            training.awaitStep(20);
            training.dataProxy(1).cut();
            training.awaitEvent("evicted 2: " + UNREACHED.formatted(1));
            training.awaitEvent("evicted 1: " + UNREACHED.formatted(2));
            assertThat(training.parametersSha256()).isEqualTo(expected);
            assertThat(training.ended()).allSatisfy(ended -> assertThat(ended).contains("life 0: "));
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

    /** One of them is evicted, and no other comes: what ends that is a deadline, the driver's or that of who waits. */
    @Test
    @Tag("slow")
    void workersThatNeverReachEachOtherEndAndSayWhoCouldNotBeReached() throws Exception {
        try (SocketTraining training = training(3).withoutReplacements()) {
            training.awaitStep(20);
            training.dataProxy(0).cut();
            training.await("the end of both", () -> training.ended().size() == WORKERS);
            assertThat(training.ended())
                    .anySatisfy(ended -> assertThat(ended).contains("it and rank 0 could not reach each other for 1 s"))
                    .anySatisfy(ended -> assertThat(ended)
                            .startsWith("rank 0 ")
                            .containsPattern("1 of 2 missing \\(rank 1\\)|rank 1 did not connect")
                            .contains("cluster.join_seconds"));
        }
    }
}
