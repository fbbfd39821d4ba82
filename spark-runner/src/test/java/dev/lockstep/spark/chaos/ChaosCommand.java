package dev.lockstep.spark.chaos;

import dev.lockstep.cluster.chaos.ChaosSeries;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Runs randomised fault schedules and compares what every training ends with. Started by {@code scripts/chaos}. */
@Command(
        name = "chaos",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Trains a small network again and again while things go wrong: processes are killed and paused, ways cut,"
                    + " frames corrupted, writes refused, the driver killed.",
            "Every run has to end, within its deadline, with the bits of the undisturbed training.",
            "Without --master the workers are threads of one JVM that talk over real sockets; with it every run is a"
                    + " training on that cluster, whose executors bring the faults about themselves: a TEST cluster."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:every run ended right", "1:some did not; their numbers and seed are told", "2:usage"},
        footer = {
            "",
            "Examples:",
            "  scripts/chaos --runs 1000 --seed 7",
            "  scripts/chaos --seed 7 --run 412                      one of them again, with all that happened",
            "  scripts/chaos --runs 5 --master 'local-cluster[2,1,1024]'",
            "  SPARK_HOME=... scripts/chaos --runs 20 --master spark://host:7077 --run-dir hdfs://namenode/tmp/chaos"
        })
public final class ChaosCommand implements Callable<Integer> {
    @Option(names = "--runs", paramLabel = "N", defaultValue = "100", description = "How many; by default 100.")
    private int runs = 100;

    @Option(names = "--seed", paramLabel = "S", description = "Of the series; by default another one each time.")
    @Nullable
    private Long seed;

    @Option(names = "--first", paramLabel = "K", defaultValue = "0", description = "Number of the first; by default 0.")
    private int first;

    @Option(names = "--run", paramLabel = "K", description = "Only this one, and tell all that happened.")
    @Nullable
    private Integer only;

    @Option(names = "--master", paramLabel = "M", description = "Spark master of a test cluster.")
    @Nullable
    private String master;

    @Option(names = "--workers", paramLabel = "N", defaultValue = "2", description = "On the cluster; by default 2.")
    private int workers = 2;

    @Option(
            names = "--run-dir",
            paramLabel = "URI",
            description = "Where the runs on the cluster go; every node has to reach it. By default a temporary folder,"
                    + " for clusters on this host.")
    @Nullable
    private String runDirectory;

    private ChaosCommand() {}

    /** One run's number, or what became of it. */
    private interface Series {
        ChaosSeries.Verdict run(int number) throws IOException, InterruptedException;
    }

    /** Runs the command line. */
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new ChaosCommand()).execute(arguments));
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        long drawn = seed == null ? System.nanoTime() % 1_000_000 : seed;
        Path directory = Files.createTempDirectory("lockstep-chaos");
        Series series = master == null
                ? new ChaosSeries(drawn, directory)::run
                : new ClusterChaos(drawn, Objects.requireNonNull(master), workers, directory, runDirectory)::run;
        int from = only == null ? first : only;
        int to = only == null ? first + runs : only + 1;
        List<ChaosSeries.Verdict> verdicts = new ArrayList<>();
        for (int number = from; number < to; number++) {
            ChaosSeries.Verdict verdict = series.run(number);
            verdicts.add(verdict);
            tell(verdict, drawn);
        }
        return summarise(verdicts, drawn);
    }

    private void tell(ChaosSeries.Verdict verdict, long drawn) {
        System.out.printf(
                Locale.ROOT,
                "run %d: %s, %.2f s%n",
                verdict.number(),
                verdict.right() ? "right" : "WRONG",
                verdict.seconds());
        if (!verdict.right() || only != null) {
            System.out.println(verdict.account());
        }
        if (!verdict.right()) {
            System.out.printf(
                    "again: scripts/chaos --seed %d --run %d%s%n",
                    drawn, verdict.number(), master == null ? "" : " --master '" + master + "' --workers " + workers);
        }
    }

    private static int summarise(List<ChaosSeries.Verdict> verdicts, long drawn) {
        List<Double> seconds =
                verdicts.stream().map(ChaosSeries.Verdict::seconds).sorted().toList();
        List<Integer> wrong = verdicts.stream()
                .filter(verdict -> !verdict.right())
                .map(ChaosSeries.Verdict::number)
                .toList();
        System.out.printf(
                Locale.ROOT,
                "%nseed %d: %d runs, %d right, %d wrong %s; seconds a run: median %.2f, longest %.2f%n",
                drawn,
                verdicts.size(),
                verdicts.size() - wrong.size(),
                wrong.size(),
                wrong.isEmpty() ? "" : wrong.toString(),
                seconds.isEmpty() ? 0 : seconds.get(seconds.size() / 2),
                seconds.isEmpty() ? 0 : seconds.get(seconds.size() - 1));
        return wrong.isEmpty() ? 0 : 1;
    }
}
