package dev.lockstep.bench;

import dev.lockstep.bench.run.LockstepRun;
import dev.lockstep.core.error.LockstepException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Who runs. The entries of one workload take turns, round by round. */
final class BenchmarkPlan {
    private static final String MASTER = "local-cluster[2,1,1024]";

    private static final Map<String, String> SOCKETS = Map.of("cluster.shared_memory", "false");

    /** What Spark asks for where it encrypts; the secret guards a training of digits on the loopback interface. */
    private static final Map<String, String> ENCRYPTED = Map.of(
            "cluster.shared_memory", "false",
            "cluster.spark.spark.authenticate", "true",
            "cluster.spark.spark.authenticate.secret", UUID.randomUUID().toString(),
            "cluster.spark.spark.network.crypto.enabled", "true");

    private static final Map<String, String> DL4J = Map.of("cluster.sync", "{dl4j_spark: {every: 10}}");

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
        entries.add(alone(workload));
        for (int perWorker : new int[] {batch / 2, batch}) {
            entries.add(spark(Entry.LOCKSTEP, workload, perWorker, Map.of()));
            entries.add(gloo(workload, perWorker));
        }
        if (workload == Workload.MLP) {
            entries.add(spark(Entry.SOCKETS, workload, batch, SOCKETS));
            entries.add(spark(Entry.ENCRYPTED, workload, batch, ENCRYPTED));
        }
        entries.add(spark(Entry.DL4J_SPARK, workload, batch / 2, DL4J));
        return entries;
    }

    /** Draws what the entries of a workload train: before anyone is timed, and not by several processes at once. */
    void drawData(Workload workload) {
        for (int samples : new int[] {workload.samples(), workload.epochSamples(), dl4jSamples(workload)}) {
            BenchmarkData.of(samples, directory);
        }
    }

    /** Its epochs would else take longer than a round: it trains about 1,500 samples of A a second, 300 of B. */
    private static int dl4jSamples(Workload workload) {
        return workload == Workload.MLP ? 2_560 : 640;
    }

    /** Why an entry cannot run with this version of Lockstep; null when it can. */
    static @Nullable String objection(Entry entry) {
        boolean needsLockstep =
                entry.name().startsWith(Entry.LOCKSTEP) || entry.name().equals(Entry.DL4J_SPARK);
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

    /** Two trainers at the same time that merge nothing. */
    private Entry alone(Workload workload) {
        List<List<String>> both = List.of(arguments("lockstep", workload), arguments("lockstep", workload));
        return new Entry(
                Entry.ALONE,
                workload,
                2,
                workload.batchSize(),
                Entry.SAMPLES,
                () -> new ContenderProcess(logs().resolve("alone"), both));
    }

    private Entry spark(String name, Workload workload, int batchPerWorker, Map<String, String> settings) {
        int samples = settings == DL4J ? dl4jSamples(workload) : workload.epochSamples();
        Map<String, String> all = new TreeMap<>(settings);
        all.put("cluster.workers", "2");
        all.put("training.batch_size", Integer.toString(2 * batchPerWorker));
        String description = MASTER + ", 1 thread each, " + samples + " samples an epoch; " + readable(settings);
        return new Entry(name, workload, 2, batchPerWorker, Entry.SAMPLES, () -> {
            Path run = directory
                    .resolve("runs")
                    .resolve(name.replace(", ", "-") + "-" + workload.letter() + "-" + batchPerWorker);
            Path data = BenchmarkData.of(samples, directory).directory();
            return new SparkContender(new LockstepRun(workload, data, run, MASTER, all), description);
        });
    }

    private static String readable(Map<String, String> settings) {
        return settings.isEmpty()
                ? "gradient_sharing"
                : settings.entrySet().stream()
                        .sorted(Map.Entry.comparingByKey())
                        .filter(setting -> !setting.getKey().endsWith(".secret"))
                        .map(setting -> setting.getKey() + ": " + setting.getValue())
                        .collect(Collectors.joining(", "));
    }

    private List<String> arguments(String kind, Workload workload) {
        return List.of(kind, workload.name(), directory.toString());
    }

    private Path logs() {
        return directory.resolve("logs");
    }
}
