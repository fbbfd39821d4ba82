package dev.lockstep.cluster.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.lockstep.core.checkpoint.Checkpoint;
import dev.lockstep.core.checkpoint.CheckpointEvent;
import dev.lockstep.core.checkpoint.CheckpointEvent.Failed;
import dev.lockstep.core.checkpoint.CheckpointFormat;
import dev.lockstep.core.checkpoint.CheckpointInterval;
import dev.lockstep.core.checkpoint.CheckpointManager;
import dev.lockstep.core.checkpoint.CheckpointStorage;
import dev.lockstep.core.checkpoint.FaultyCheckpointStorage;
import dev.lockstep.core.checkpoint.FaultyCheckpointStorage.Fault;
import dev.lockstep.core.checkpoint.RetryPolicy;
import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.hdfs.MiniDFSCluster;
import org.apache.hadoop.hdfs.MiniDFSCluster.DataNodeProperties;
import org.apache.hadoop.hdfs.protocol.HdfsConstants;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What a real HDFS does to a run: it goes away, loses a node, is full; a writer dies in the middle. Run by {@link
 * HdfsStorageTest}, so that one HDFS serves all.
 */
@Timeout(300)
abstract class HdfsFaults {
    private static final Duration DEADLINE = Duration.ofSeconds(120);
    private static final RetryPolicy QUICK =
            new RetryPolicy(Duration.ofMillis(100), Duration.ofMillis(500), Duration.ofSeconds(60), 3);

    private final List<CheckpointEvent> events = new CopyOnWriteArrayList<>();

    private static Checkpoint checkpoint(long step, int values) {
        TreeMap<String, float[]> tensors = new TreeMap<>();
        float[] parameters = new float[values];
        parameters[values - 1] = step;
        tensors.put("parameters", parameters);
        return new Checkpoint(step, JsonNodeFactory.instance.objectNode().put("epoch", 0), tensors);
    }

    private CheckpointManager manager(CheckpointStorage storage, RetryPolicy retries, LongSupplier fencing) {
        return new CheckpointManager(
                storage, CheckpointInterval.parse("1 step"), 3, fencing, "run", events::add, retries);
    }

    private List<Failed> failures() {
        return events.stream()
                .filter(Failed.class::isInstance)
                .map(Failed.class::cast)
                .toList();
    }

    /** Everything that a run writes, while its name node is away for longer than its lease lives. */
    private void survivesAnOutage(Duration outage, LeaseTiming timing, RetryPolicy retries, Configuration client)
            throws Exception {
        MiniDFSCluster cluster = SharedHdfs.cluster();
        client.setBoolean("fs.hdfs.impl.disable.cache", true);
        RunDirectory run = RunDirectory.at(SharedHdfs.freshLocation(), client);
        RunLease lease = RunLease.acquire(run, timing, Duration.ZERO, waiting -> {});
        LeaseWitness worker = LeaseWitness.of(run, lease.id(), lease.fencingNumber());
        PatientLineWriter lines = PatientLineWriter.open(run, "metrics.jsonl", retries);
        StringBuilder expected = new StringBuilder();
        try (CheckpointManager manager = manager(run.checkpointStorage("checkpoints"), retries, worker)) {
            manager.writeInBackground(checkpoint(1, 1000));
            manager.awaitIdle(DEADLINE);
            cluster.shutdownNameNode(0);
            long step = 1;
            try {
                long start = System.nanoTime();
                while (System.nanoTime() - start < outage.toNanos()) {
                    manager.writeInBackground(checkpoint(++step, 1000));
                    lines.append("step " + step);
                    expected.append("step ").append(step).append('\n');
                    assertThat(lease.lost()).isFalse();
                    TimeUnit.MILLISECONDS.sleep(outage.toMillis() / 20);
                }
                // Training went on, and the only owner was neither killed nor did it write.
                assertThat(step).isGreaterThan(3);
                assertThatThrownBy(lease::assertHeld).isInstanceOf(UncheckedIOException.class);
            } finally {
                cluster.restartNameNode(0, true);
            }
            manager.awaitIdle(DEADLINE);
            assertThat(manager.latest().orElseThrow().step()).isEqualTo(step);
            // A renewal that was under way when the lease expired may be the one that succeeds: then the number stays.
            // With clocks that are set, LeaseFaultsTest shows that a later one takes a new number.
            long number = lease.assertHeld();
            assertThat(number).isIn(1L, 2L);
            assertThat(new CheckpointFormat(run.checkpointStorage("checkpoints"))
                            .manifest(CheckpointFormat.directoryName(step))
                            .fencingNumber())
                    .isBetween(1L, number);
        }
        lines.close();
        lease.close();
        assertThat(run.readText("metrics.jsonl")).contains(expected.toString());
        assertThat(failures()).isNotEmpty().allSatisfy(failed -> assertThat(failed.retryInSeconds())
                .isNotNull());
        System.out.printf(
                "name node away for %.1f s: %d attempts failed, %d checkpoints written%n",
                outage.toMillis() / 1e3,
                failures().size(),
                events.size() - failures().size());
    }

    @Test
    void aNameNodeThatIsAwayForAWhileCostsNothing() throws Exception {
        Configuration client = new Configuration();
        client.setInt("ipc.client.connect.max.retries", 1);
        client.setInt("ipc.client.connect.retry.interval", 100);
        LeaseTiming timing = new LeaseTiming(Duration.ofMillis(300), Duration.ofMillis(1500), Duration.ofMillis(100));
        survivesAnOutage(Duration.ofMillis(2500), timing, QUICK, client);
    }

    /** With the settings that users have. */
    @Test
    @Tag("slow")
    void aNameNodeThatIsAwayForAMinuteCostsNothing() throws Exception {
        survivesAnOutage(Duration.ofSeconds(60), LeaseTiming.DEFAULT, RetryPolicy.DEFAULT, new Configuration());
    }

    @Test
    void aNameNodeThatIsAwayForLongerThanTheLossWindowIsAClearError() throws Exception {
        Configuration client = new Configuration();
        client.setInt("ipc.client.connect.max.retries", 0);
        client.setBoolean("fs.hdfs.impl.disable.cache", true);
        RunDirectory run = RunDirectory.at(SharedHdfs.freshLocation(), client);
        RetryPolicy brief = new RetryPolicy(Duration.ofMillis(50), Duration.ofMillis(50), Duration.ofMillis(200), 1);
        try (CheckpointManager manager = manager(run.checkpointStorage("checkpoints"), brief, () -> 1)) {
            manager.writeInBackground(checkpoint(1, 1000));
            manager.awaitIdle(DEADLINE);
            SharedHdfs.cluster().shutdownNameNode(0);
            try {
                manager.writeInBackground(checkpoint(2, 1000));
                assertThatThrownBy(() -> manager.awaitIdle(DEADLINE))
                        .isInstanceOfSatisfying(LockstepException.class, e -> assertThat(e.exitCode())
                                .isEqualTo(ExitCode.CLUSTER))
                        .hasMessageContainingAll(
                                "cannot write the checkpoint of step 2 to " + run.location(),
                                "Connection refused",
                                "the same command resumes");
            } finally {
                SharedHdfs.cluster().restartNameNode(0, true);
            }
            assertThat(manager.latest().orElseThrow().step()).isEqualTo(1);
        }
    }

    @Test
    void aDataNodeThatDiesInTheMiddleOfACheckpointCostsAnAttemptAtMost() throws Exception {
        RunDirectory run = RunDirectory.at(SharedHdfs.freshLocation(), new Configuration());
        List<DataNodeProperties> stopped = new ArrayList<>();
        int closeOfParameters = 2;
        FaultyCheckpointStorage storage = new FaultyCheckpointStorage(
                run.checkpointStorage("checkpoints"),
                new Fault.Happening(
                        closeOfParameters,
                        () -> stopped.add(SharedHdfs.cluster().stopDataNode(0))));
        try (CheckpointManager manager = manager(storage, QUICK, () -> 1)) {
            manager.writeInBackground(checkpoint(1, 1_000_000));
            manager.awaitIdle(DEADLINE);
            assertThat(storage.calls().get(closeOfParameters - 1)).isEqualTo("close parameters.f32");
            assertThat(manager.latest().orElseThrow().tensor("parameters"))
                    .hasSize(1_000_000)
                    .endsWith(1f);
            assertThat(failures()).hasSizeLessThanOrEqualTo(2);
        } finally {
            for (DataNodeProperties node : stopped) {
                SharedHdfs.cluster().restartDataNode(node, true);
            }
            SharedHdfs.cluster().waitActive();
        }
        assertThat(stopped).hasSize(1);
    }

    @Test
    void aQuotaIsToldWithFiguresAndCostsNoCheckpoint() throws Exception {
        RunDirectory run = RunDirectory.at(SharedHdfs.freshLocation(), new Configuration());
        CheckpointStorage storage = run.checkpointStorage("checkpoints");
        RetryPolicy brief = new RetryPolicy(Duration.ofMillis(20), Duration.ofMillis(20), Duration.ofMillis(40), 1);
        try (CheckpointManager manager = manager(storage, brief, () -> 1)) {
            manager.writeNow(checkpoint(1, 1000));
            quota(run, HdfsConstants.QUOTA_DONT_SET, 1_000_000);
            assertThatThrownBy(() -> manager.writeNow(checkpoint(2, 1000)))
                    .isInstanceOf(LockstepException.class)
                    .hasMessageContainingAll(
                            "no room: 4017 bytes are needed in " + storage.location(),
                            " bytes are free",
                            "quota = 1000000 B",
                            "HDFS counts whole blocks",
                            "checkpoint.keep");
            quota(run, 4, HdfsConstants.QUOTA_RESET);
            assertThatThrownBy(() -> manager.writeNow(checkpoint(3, 1000)))
                    .hasMessageContainingAll("no room", "quota", "directories and files");
            assertThat(new CheckpointFormat(storage).directories()).containsExactly("step-000000000001");
            quota(run, HdfsConstants.QUOTA_RESET, HdfsConstants.QUOTA_RESET);
            manager.writeNow(checkpoint(4, 1000));
            assertThat(manager.latest().orElseThrow().step()).isEqualTo(4);
        }
    }

    private static void quota(RunDirectory run, long names, long bytes) throws IOException {
        SharedHdfs.cluster().getFileSystem().setQuota(new Path(run.location()), names, bytes);
    }

    /** One death at each call of a write, before or after its effect by turns. */
    @Test
    void aWriterThatDiesAtAnyCallLeavesTheCheckpointBefore() throws Exception {
        int calls = crash(new Fault.Crash(Integer.MAX_VALUE, false)).calls().size();
        assertThat(calls).isGreaterThanOrEqualTo(9);
        for (int call = 1; call <= calls; call++) {
            CheckpointStorage storage =
                    crash(new Fault.Crash(call, call % 2 == 0)).real();
            CheckpointFormat next = new CheckpointFormat(storage);
            List<Object> damaged = new ArrayList<>();
            assertThat(next.latest(damaged::add).orElseThrow().step())
                    .as("call " + call)
                    .isIn(20L, 30L);
            assertThat(damaged).isEmpty();
            next.write(checkpoint(40, 10), "run", () -> 3);
            assertThat(storage.list())
                    .as("call " + call)
                    .allMatch(name -> name.startsWith("step-"))
                    .contains("step-000000000040");
        }
    }

    private record Crashed(List<String> calls, CheckpointStorage real) {}

    private static Crashed crash(Fault fault) throws IOException {
        RunDirectory run = RunDirectory.at(SharedHdfs.freshLocation(), new Configuration());
        CheckpointStorage real = run.checkpointStorage("checkpoints");
        CheckpointFormat format = new CheckpointFormat(real);
        format.write(checkpoint(20, 10), "run", () -> 1);
        FaultyCheckpointStorage faulty = new FaultyCheckpointStorage(real, fault);
        try {
            CheckpointFormat dying = new CheckpointFormat(faulty);
            dying.write(checkpoint(30, 10), "run", () -> 2);
            dying.prune(1, Set.of());
        } catch (IOException death) {
            assertThat(death).hasMessageContaining("injected");
        }
        return new Crashed(faulty.calls(), real);
    }
}
