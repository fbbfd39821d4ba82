package dev.lockstep.bench;

import dev.lockstep.core.error.LockstepException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Who runs. The entries of one workload take turns, round by round. */
final class BenchmarkPlan {
    private static final String SHARING = "gradient_sharing";
    private static final String DL4J_SYNC = "{dl4j_spark: {every: 10}}";

    /** Epochs of the first round on Spark, which sets the length of the others and is the shortest: DL4J's take seconds. */
    private static final int SHARING_EPOCHS = 6;

    private static final int DL4J_EPOCHS = 2;

    private final Path directory;
    private final int cores;

    /**
     * A plan.
     *
     * @param directory for data, logs and runs
     * @param cores of this machine: rivals may use as many threads
     */
    BenchmarkPlan(Path directory, int cores) {
        this.directory = directory;
        this.cores = cores;
    }

    /** All entries of a workload; the bounds of the machine are with the first. */
    List<Entry> entries(Workload workload) {
        List<Entry> entries = new ArrayList<>();
        int batch = workload.batchSize();
        if (workload == Workload.MLP) {
            entries.add(bound(Entry.SGEMM, "sgemm", "operations/s", 1));
            entries.add(bound(Entry.SGEMM, "sgemm", "operations/s", 2));
            entries.add(bound(Entry.COPY, "copy", "bytes/s", 1));
            entries.add(bound(Entry.COPY, "copy", "bytes/s", 2));
            entries.add(bound(Entry.LOOPBACK, "loopback", "exchanges/s", 1));
        }
        entries.add(one(Entry.LOCKSTEP, workload, "lockstep"));
        entries.add(one(Entry.LIBTORCH, workload, "libtorch", Integer.toString(cores)));
        entries.add(one(Entry.DL4J, workload, "dl4j"));
        for (int perWorker : new int[] {batch / 2, batch}) {
            entries.add(spark(Entry.LOCKSTEP, workload, perWorker, SHARING, SHARING_EPOCHS));
            entries.add(gloo(workload, perWorker));
        }
        entries.add(spark(Entry.DL4J_SPARK, workload, batch / 2, DL4J_SYNC, DL4J_EPOCHS));
        return entries;
    }

    /** Why an entry cannot run with this version of Lockstep; null when it can. */
    static @Nullable String objection(Entry entry) {
        boolean needsLockstep = List.of(Entry.LOCKSTEP, Entry.DL4J_SPARK).contains(entry.name());
        if (!needsLockstep) {
            return null;
        }
        try {
            entry.workload().job(Path.of("."), List.of());
            return null;
        } catch (LockstepException e) {
            return Objects.requireNonNullElse(e.getMessage(), "the job is refused")
                    .lines()
                    .findFirst()
                    .orElse("");
        }
    }

    private Entry bound(String name, String kind, String unit, int processes) {
        return new Entry(name, Workload.MLP, processes, 0, unit, () -> {
            List<List<String>> arguments = new ArrayList<>();
            for (int process = 0; process < processes; process++) {
                arguments.add(arguments(kind, Workload.MLP));
            }
            return new ContenderProcess(logs(), arguments);
        });
    }

    private Entry one(String name, Workload workload, String kind, String... more) {
        List<String> arguments = new ArrayList<>(arguments(kind, workload));
        arguments.addAll(List.of(more));
        return new Entry(
                name,
                workload,
                1,
                workload.batchSize(),
                Entry.SAMPLES,
                () -> new ContenderProcess(logs(), List.of(arguments)));
    }

    private Entry gloo(Workload workload, int batchPerWorker) {
        return new Entry(Entry.GLOO, workload, 2, batchPerWorker, Entry.SAMPLES, () -> {
            String store = directory
                    .resolve("gloo-" + workload + "-" + batchPerWorker + "-" + System.nanoTime())
                    .toString();
            List<List<String>> arguments = new ArrayList<>();
            for (int rank = 0; rank < 2; rank++) {
                List<String> own = new ArrayList<>(arguments("gloo", workload));
                own.addAll(List.of(Integer.toString(batchPerWorker), Integer.toString(rank), "2", store));
                arguments.add(own);
            }
            return new ContenderProcess(logs().resolve("batch-" + batchPerWorker), arguments);
        });
    }

    private Entry spark(String name, Workload workload, int batchPerWorker, String sync, int firstEpochs) {
        return new Entry(
                name,
                workload,
                2,
                batchPerWorker,
                Entry.SAMPLES,
                () -> new SparkContender(
                        workload,
                        BenchmarkData.of(workload, directory).directory(),
                        directory.resolve("runs").resolve(name),
                        2 * batchPerWorker,
                        sync,
                        firstEpochs));
    }

    private List<String> arguments(String kind, Workload workload) {
        return List.of(kind, workload.name(), directory.toString());
    }

    private Path logs() {
        return directory.resolve("logs");
    }
}
