package dev.lockstep.spark.plan;

import dev.lockstep.cluster.membership.Coordinator;
import dev.lockstep.cluster.membership.Member;
import dev.lockstep.cluster.membership.MembershipSettings;
import dev.lockstep.cluster.membership.RunSecret;
import dev.lockstep.cluster.transport.DataTransport;
import dev.lockstep.core.collective.AttemptEndedException;
import dev.lockstep.core.collective.PeerLostException;
import dev.lockstep.core.collective.ProcessGroup;
import dev.lockstep.core.collective.RunObserver;
import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import dev.lockstep.core.plan.ExchangeCost;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** Measures what sums cost besides the network: two real workers in this process, over the loopback interface. */
final class ExchangeProbe {
    /** So few that their bytes do not count. */
    private static final int SHORT_FLOATS = 64;

    /** 1 MiB: some frames, and no more than a processor's cache and the sockets' buffers take without a stumble. */
    private static final int LONG_FLOATS = 1 << 18;

    private static final int WARM_UP_ROUNDS = 500;
    private static final int TIMED_ROUNDS = 201;
    private static final double STALL_SECONDS = 30;
    private static final double NANOS_PER_SECOND = 1e9;

    private ExchangeProbe() {}

    /** What happens to the two workers shows in their exchanges. */
    private static final class Unobserved implements RunObserver {
        @Override
        public void published(int rank, String eventJson) {}

        @Override
        public void generationFormed(long number, long sourceStep, String reason) {}

        @Override
        public void memberLost(int rank, String why) {}
    }

    /**
     * Runs the exchanges.
     *
     * @param transport that the run would use
     */
    static ExchangeCost measure(DataTransport transport) {
        MembershipSettings settings =
                new MembershipSettings(2, RunSecret.random(), "127.0.0.1", STALL_SECONDS, STALL_SECONDS, transport);
        try (Coordinator coordinator = new Coordinator(settings, new Unobserved())) {
            CompletableFuture<ExchangeCost> other = new CompletableFuture<>();
            Thread peer = new Thread(
                    () -> {
                        try {
                            other.complete(exchange(coordinator.address(), 1, settings));
                        } catch (AttemptEndedException | PeerLostException failure) {
                            other.completeExceptionally(failure);
                        }
                    },
                    "lockstep-exchange-probe");
            peer.setDaemon(true);
            peer.start();
            ExchangeCost cost = exchange(coordinator.address(), 0, settings);
            other.join();
            return cost;
        } catch (AttemptEndedException | PeerLostException | CompletionException failure) {
            throw new LockstepException(
                    ExitCode.CLUSTER, "two workers could not meet on 127.0.0.1: " + failure.getMessage(), failure);
        }
    }

    private static ExchangeCost exchange(String address, int rank, MembershipSettings settings) {
        try (Member member = Member.connect(address, rank, 0, settings)) {
            ProcessGroup group = member.join(-1).group();
            double shortSeconds = medianSeconds(group, SHORT_FLOATS);
            double longSeconds = medianSeconds(group, LONG_FLOATS);
            return ExchangeCost.fit(
                    (long) SHORT_FLOATS * Float.BYTES, shortSeconds, (long) LONG_FLOATS * Float.BYTES, longSeconds);
        }
    }

    private static double medianSeconds(ProcessGroup group, int length) {
        float[] values = new float[length];
        for (int round = 0; round < WARM_UP_ROUNDS; round++) {
            group.allReduceSum(values, length);
        }
        long[] nanos = new long[TIMED_ROUNDS];
        for (int round = 0; round < TIMED_ROUNDS; round++) {
            long started = System.nanoTime();
            group.allReduceSum(values, length);
            nanos[round] = System.nanoTime() - started;
        }
        Arrays.sort(nanos);
        return nanos[TIMED_ROUNDS / 2] / NANOS_PER_SECOND;
    }
}
