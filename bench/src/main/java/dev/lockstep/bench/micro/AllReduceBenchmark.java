package dev.lockstep.bench.micro;

import dev.lockstep.cluster.membership.Coordinator;
import dev.lockstep.cluster.membership.Member;
import dev.lockstep.cluster.membership.MembershipSettings;
import dev.lockstep.cluster.membership.RunSecret;
import dev.lockstep.cluster.transport.DataTransport;
import dev.lockstep.core.collective.AttemptEndedException;
import dev.lockstep.core.collective.LocalProcessGroup;
import dev.lockstep.core.collective.PeerLostException;
import dev.lockstep.core.collective.ProcessGroup;
import dev.lockstep.core.collective.RunObserver;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** One sum of model A's gradient over two ranks, which are threads. The other rank sums as often as this one does. */
@State(Scope.Thread)
@SuppressWarnings("NullAway.Init")
public class AllReduceBenchmark {
    private static final int LENGTH = 109_386;
    private static final Duration DEADLINE = Duration.ofSeconds(30);

    /** How the ranks reach each other: as threads of one group, or as members that could be in any process. */
    @Param({"threads", "shared memory", "loopback", "loopback, encrypted"})
    public String transport;

    private final float[] values = new float[LENGTH];
    private @Nullable Coordinator coordinator;
    private @Nullable Member member;
    private ProcessGroup group;
    private Thread peer;

    /** Brings two ranks together. */
    @Setup(Level.Trial)
    public void meet() {
        if (transport.equals("threads")) {
            List<ProcessGroup> groups = LocalProcessGroup.create(2, DEADLINE);
            group = groups.get(0);
            startPeer(() -> groups.get(1));
            return;
        }
        MembershipSettings settings = new MembershipSettings(
                2,
                RunSecret.random(),
                "127.0.0.1",
                DEADLINE.toSeconds(),
                DEADLINE.toSeconds(),
                new DataTransport(transport.endsWith("encrypted"), transport.equals("shared memory")));
        Coordinator meetingPoint = new Coordinator(settings, new Silent());
        coordinator = meetingPoint;
        startPeer(() -> {
            // It leaves with its process: only the benchmark's own member says goodbye.
            return Member.connect(meetingPoint.address(), 1, 0, settings)
                    .join(-1)
                    .group();
        });
        Member own = Member.connect(meetingPoint.address(), 0, 0, settings);
        member = own;
        group = own.join(-1).group();
    }

    private void startPeer(Supplier<ProcessGroup> joining) {
        peer = new Thread(
                () -> {
                    try {
                        ProcessGroup own = joining.get();
                        float[] theirs = new float[LENGTH];
                        while (true) {
                            own.allReduceSum(theirs, LENGTH);
                        }
                    } catch (PeerLostException | AttemptEndedException over) {
                        // The benchmark's rank has left.
                    }
                },
                "peer");
        peer.setDaemon(true);
        peer.start();
    }

    /** One exchange. */
    @Benchmark
    public float[] allReduceSum() {
        group.allReduceSum(values, LENGTH);
        return values;
    }

    /** Leaves, which ends the other rank. */
    @TearDown(Level.Trial)
    public void leave() throws InterruptedException {
        group.close();
        if (member != null) {
            member.close();
        }
        if (coordinator != null) {
            coordinator.close();
        }
        peer.join(DEADLINE.toMillis());
    }

    private static final class Silent implements RunObserver {
        @Override
        public void published(int rank, String eventJson) {}

        @Override
        public void generationFormed(long number, long sourceStep, String reason) {}

        @Override
        public void memberLost(int rank, String why) {}
    }
}
