package dev.lockstep.spark.doctor;

import dev.lockstep.cluster.membership.Member;
import dev.lockstep.cluster.membership.MembershipSettings;
import dev.lockstep.cluster.membership.ReferenceClock;
import dev.lockstep.cluster.membership.RunSecret;
import dev.lockstep.cluster.transport.DataTransport;
import dev.lockstep.core.collective.ProcessGroup;
import dev.lockstep.core.config.PortRange;
import dev.lockstep.core.model.NativeLibraries;
import java.io.IOException;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.Function2;
import org.jspecify.annotations.Nullable;

/**
 * A task that looks around where a worker would be, asks the driver the time, and meets the other tasks over the very
 * channels of a run. Nothing that it finds is a failure of the task.
 */
final class ExecutorProbe implements Function2<Integer, Iterator<Integer>, Iterator<String>> {
    private static final long serialVersionUID = 1L;
    private static final Duration CLOCK_DEADLINE = Duration.ofSeconds(8);

    private final String ordersJson;

    ExecutorProbe(String ordersJson) {
        this.ordersJson = ordersJson;
    }

    @Override
    public Iterator<String> call(Integer partition, Iterator<Integer> ranks) {
        ExecutorOrders orders = ExecutorOrders.fromJson(ordersJson);
        int rank = ranks.next();
        RunSecret secret = RunSecret.parse(orders.secret());
        // First, so that no task waits for another that is still loading libraries.
        String peersFailure = orders.tasks() > 1 ? meet(orders, secret, rank) : null;
        Double ahead = null;
        String driverFailure = null;
        try {
            ahead = ReferenceClock.secondsAhead(orders.coordinatorAddress(), secret, CLOCK_DEADLINE);
        } catch (IOException | RuntimeException e) {
            driverFailure = String.valueOf(e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            driverFailure = "interrupted";
        }
        return List.of(report(rank, ahead, driverFailure, peersFailure).toJson())
                .iterator();
    }

    private static ExecutorReport report(
            int rank, @Nullable Double ahead, @Nullable String driverFailure, @Nullable String peersFailure) {
        SparkEnv environment = SparkEnv.get();
        return new ExecutorReport(
                rank,
                environment.executorId(),
                environment.blockManager().blockManagerId().host(),
                System.getProperty("java.version", "?"),
                System.getProperty("os.name", "?") + " " + System.getProperty("os.arch", "?"),
                RuntimeCheck.sparkVersion(),
                Runtime.getRuntime().maxMemory(),
                libraries(),
                places(environment),
                ahead,
                driverFailure,
                peersFailure);
    }

    private static @Nullable NativeLibraries libraries() {
        try {
            return NativeLibraries.ofThisProcess();
        } catch (RuntimeException | LinkageError e) {
            return null;
        }
    }

    private static @Nullable Places places(SparkEnv environment) {
        try {
            return Places.here(String.join(
                    ",", environment.blockManager().diskBlockManager().localDirsString()));
        } catch (IOException | RuntimeException e) {
            return null;
        }
    }

    private static @Nullable String meet(ExecutorOrders orders, RunSecret secret, int rank) {
        String host = SparkEnv.get().blockManager().blockManagerId().host();
        DataTransport transport = new DataTransport(orders.encrypt(), orders.sharedMemory());
        MembershipSettings settings =
                ExecutorOrders.membership(orders.tasks(), secret, host, host, PortRange.ANY, transport);
        try (Member member = Member.connect(
                orders.coordinatorAddress(),
                rank,
                TaskContext.get().attemptNumber(),
                settings,
                () -> orders.dataAddress(host))) {
            try (ProcessGroup group = member.join(-1).group()) {
                float[] values = {rank};
                group.allReduceSum(values, 1);
                group.barrier();
                float expected = orders.tasks() * (orders.tasks() - 1) / 2f;
                return values[0] == expected ? null : "the sum of the ranks came out as " + values[0];
            }
        } catch (RuntimeException e) {
            return String.valueOf(e.getMessage());
        }
    }
}
