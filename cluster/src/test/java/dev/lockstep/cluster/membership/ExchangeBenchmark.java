package dev.lockstep.cluster.membership;

import dev.lockstep.cluster.transport.DataTransport;
import dev.lockstep.core.collective.LocalProcessGroup;
import dev.lockstep.core.collective.ProcessGroup;
import dev.lockstep.core.collective.RankThreads;
import dev.lockstep.core.collective.RecordingObserver;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/**
 * Measures one sum of 109,386 floats between two workers: threads of one group, then threads and processes that
 * meet over the loopback interface, with each transport. Run by hand; no part of the suite.
 */
public final class ExchangeBenchmark {
    private static final int LENGTH = 109_386;
    private static final int WARM_UP = 4_000;
    private static final int ROUNDS = 4_000;

    private static final List<DataTransport> TRANSPORTS =
            List.of(new DataTransport(false, true), DataTransport.sockets(false), DataTransport.sockets(true));

    private ExchangeBenchmark() {}

    /** Without arguments: everything. With some: the second process of one measurement. */
    public static void main(String[] arguments) throws Exception {
        if (arguments.length > 0) {
            MembershipSettings settings =
                    settings(RunSecret.parse(arguments[1]), TRANSPORTS.get(Integer.parseInt(arguments[2])));
            measureMember(arguments[0], 1, settings);
            return;
        }
        List<ProcessGroup> shared = LocalProcessGroup.create(2, Duration.ofSeconds(30));
        report(
                "threads, shared memory",
                RankThreads.results(2, rank -> measure(shared.get(rank))).get(0));
        for (DataTransport transport : TRANSPORTS) {
            String suffix = ", " + transport;
            MembershipSettings settings = settings(RunSecret.random(), transport);
            try (Coordinator coordinator = new Coordinator(settings, new RecordingObserver())) {
                report(
                        "threads" + suffix,
                        RankThreads.results(2, rank -> measureMember(coordinator.address(), rank, settings))
                                .get(0));
            }
            try (Coordinator coordinator = new Coordinator(settings, new RecordingObserver())) {
                Process other = new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java")
                                        .toString(),
                                "-XX:+UseParallelGC",
                                "-cp",
                                System.getProperty("java.class.path"),
                                ExchangeBenchmark.class.getName(),
                                coordinator.address(),
                                settings.secret().hex(),
                                Integer.toString(TRANSPORTS.indexOf(transport)))
                        .inheritIO()
                        .start();
                report("processes" + suffix, measureMember(coordinator.address(), 0, settings));
                other.waitFor();
            }
        }
    }

    private static MembershipSettings settings(RunSecret secret, DataTransport transport) {
        return new MembershipSettings(2, secret, "127.0.0.1", 30, 60, transport);
    }

    private static long[] measureMember(String address, int rank, MembershipSettings settings) {
        try (Member member = Member.connect(address, rank, 0, settings)) {
            return measure(member.join(-1).group());
        }
    }

    private static long[] measure(ProcessGroup group) {
        float[] values = new float[LENGTH];
        for (int round = 0; round < WARM_UP; round++) {
            group.allReduceSum(values, LENGTH);
        }
        long[] nanoseconds = new long[ROUNDS];
        for (int round = 0; round < ROUNDS; round++) {
            long started = System.nanoTime();
            group.allReduceSum(values, LENGTH);
            nanoseconds[round] = System.nanoTime() - started;
        }
        return nanoseconds;
    }

    private static void report(String what, long @org.jspecify.annotations.Nullable [] nanoseconds) {
        if (nanoseconds != null) {
            Arrays.sort(nanoseconds);
            System.out.printf(
                    "%-32s median %.3f ms, 10th percentile %.3f, 90th %.3f%n",
                    what,
                    nanoseconds[ROUNDS / 2] / 1e6,
                    nanoseconds[ROUNDS / 10] / 1e6,
                    nanoseconds[ROUNDS * 9 / 10] / 1e6);
        }
    }
}
