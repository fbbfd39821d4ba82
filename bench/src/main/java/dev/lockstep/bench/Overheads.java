package dev.lockstep.bench;

import dev.lockstep.bench.run.EpochEvent;
import dev.lockstep.bench.run.EpochFigures;
import dev.lockstep.bench.run.LockstepRun;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.function.Consumer;

/** What Lockstep on Spark costs beside its steps, measured with model A and no validation samples. */
final class Overheads {
    private static final Workload WORKLOAD = Workload.MLP;
    private static final String LOCAL = "local[2]";

    /** Epochs of a few tens of milliseconds, so that what lies between them is much of the time. */
    private static final int SHORT_EPOCH_SAMPLES = 5_120;

    private static final double WARM_UP_SECONDS = 4;
    private static final double BETWEEN_EPOCHS_SECONDS = 2;
    private static final double CHECKPOINT_SECONDS = 5;
    private static final double STEP_SECONDS = 1;
    private static final int STARTS = 3;

    private final Path directory;
    private final int rounds;
    private final Consumer<String> progress;

    /**
     * Measures nothing yet.
     *
     * @param directory for data, logs and runs
     * @param rounds of what takes turns
     * @param progress told what happens
     */
    Overheads(Path directory, int rounds, Consumer<String> progress) {
        this.directory = directory;
        this.rounds = rounds;
        this.progress = progress;
    }

    /** Draws what is trained, before anything is timed. */
    void drawData() {
        BenchmarkData.of(SHORT_EPOCH_SAMPLES, directory);
        BenchmarkData.of(WORKLOAD.epochSamples(), directory);
    }

    /** Everything there is to measure, one after the other. */
    List<Overhead> all() {
        List<Overhead> all = new ArrayList<>();
        all.add(firstStep());
        all.add(betweenEpochs(LOCAL));
        all.add(betweenEpochs("local-cluster[2,1,1024]"));
        all.add(spark());
        all.addAll(checkpoints());
        return all;
    }

    /** From the command to the first step, its script and the packing of the samples included. */
    Overhead firstStep() {
        List<Double> seconds = new ArrayList<>();
        for (int start = 1; start <= STARTS; start++) {
            progress.accept("start " + start + " of " + STARTS);
            try (LockstepRun run = start("start", LOCAL, 2, WORKLOAD.epochSamples(), Map.of())) {
                EpochEvent first = run.turn(epochs -> true).get(0);
                seconds.add(Duration.between(run.started(), first.began()).toNanos() / 1e9);
            }
        }
        return new Overhead("command to first step, " + LOCAL, "s", OptionalDouble.of(8), seconds);
    }

    /** What lies between two epochs and belongs to no step. */
    Overhead betweenEpochs(String master) {
        progress.accept("between epochs, " + master);
        List<Double> milliseconds = new ArrayList<>();
        try (LockstepRun run = start("epochs", master, 2, SHORT_EPOCH_SAMPLES, Map.of())) {
            warmUp(run);
            for (int round = 0; round < rounds; round++) {
                List<EpochEvent> epochs = run.turn(Overheads::areLongEnough);
                milliseconds.add(1e3 * EpochFigures.secondsBetweenEpochs(epochs));
            }
        }
        return new Overhead("between two epochs, " + master, "ms", OptionalDouble.of(20), milliseconds);
    }

    private static boolean areLongEnough(List<EpochEvent> epochs) {
        return epochs.size() > 1
                && EpochFigures.wallSecondsPerEpoch(epochs) * (epochs.size() - 1) >= BETWEEN_EPOCHS_SECONDS;
    }

    /** A step of one worker on Spark beside the same step without Spark. */
    Overhead spark() {
        progress.accept("steps with Spark and without");
        List<String> arguments = List.of("lockstep", WORKLOAD.name(), directory.toString());
        List<Double> percent = new ArrayList<>();
        try (ContenderProcess bare = new ContenderProcess(directory.resolve("logs"), List.of(arguments));
                LockstepRun onSpark = start("spark", "local[1]", 1, WORKLOAD.epochSamples(), Map.of())) {
            warmUp(onSpark);
            bare.prepare();
            double stepsPerSecond = bare.rate(1) / WORKLOAD.batchSize();
            int steps = (int) Math.ceil(STEP_SECONDS * stepsPerSecond);
            for (int round = 0; round < rounds; round++) {
                double with =
                        EpochFigures.samplesPerSecond(onSpark.turn(epochs -> EpochFigures.steps(epochs) >= steps));
                percent.add(percentMore(1 / with, 1 / bare.rate(steps)));
            }
        }
        return new Overhead("a step on Spark, more than without, local[1]", "%", OptionalDouble.empty(), percent);
    }

    /** The same training with checkpoints and without, in turns: what an epoch takes longer with them. */
    List<Overhead> checkpoints() {
        progress.accept("checkpoints, and none");
        int samples = WORKLOAD.epochSamples();
        try (LockstepRun without = start("checkpoint-none", LOCAL, 2, samples, Map.of())) {
            warmUp(without);
            List<EpochEvent> trial = without.turn(epochs -> EpochFigures.steps(epochs) >= 1 && epochs.size() > 2);
            int epochs = (int) Math.ceil(CHECKPOINT_SECONDS / EpochFigures.wallSecondsPerEpoch(trial));
            String often = epochs + " epochs";
            Map<String, String> rare = Map.of("checkpoint.every", often);
            Map<String, String> usual = Map.of("checkpoint.every", "1 epoch");
            try (LockstepRun seldom = start("checkpoint-seldom", LOCAL, 2, samples, rare);
                    LockstepRun each = start("checkpoint-epoch", LOCAL, 2, samples, usual)) {
                Map<String, LockstepRun> with = new LinkedHashMap<>();
                with.put("checkpoints every 5 s (" + often + "), " + LOCAL, seldom);
                with.put("checkpoints every epoch of " + samples + " samples, " + LOCAL, each);
                with.values().forEach(Overheads::warmUp);
                return inTurns(without, with, epochs);
            }
        }
    }

    private List<Overhead> inTurns(LockstepRun without, Map<String, LockstepRun> with, int epochs) {
        Map<String, List<Double>> percent = new LinkedHashMap<>();
        double before = wallSecondsPerEpoch(without, epochs);
        for (int round = 1; round <= rounds; round++) {
            progress.accept("round " + round + " of " + rounds);
            Map<String, Double> seconds = new LinkedHashMap<>();
            with.forEach((what, run) -> seconds.put(what, wallSecondsPerEpoch(run, epochs)));
            double after = wallSecondsPerEpoch(without, epochs);
            // Those with checkpoints ran between the two: what makes the machine slower little by little cancels.
            double bare = (before + after) / 2;
            seconds.forEach((what, value) ->
                    percent.computeIfAbsent(what, first -> new ArrayList<>()).add(percentMore(value, bare)));
            before = after;
        }
        List<Overhead> overheads = new ArrayList<>();
        percent.forEach((what, values) -> overheads.add(new Overhead(what, "%", OptionalDouble.of(3.5), values)));
        return overheads;
    }

    /** Over so many epochs that as many checkpoints are among them in every round. */
    private static double wallSecondsPerEpoch(LockstepRun run, int epochs) {
        return EpochFigures.wallSecondsPerEpoch(run.turn(soFar -> soFar.size() > epochs));
    }

    /** How much longer one takes than the other. */
    static double percentMore(double seconds, double fewerSeconds) {
        return 100 * (seconds / fewerSeconds - 1);
    }

    private static void warmUp(LockstepRun run) {
        run.turn(epochs -> epochs.stream().mapToDouble(EpochEvent::seconds).sum() >= WARM_UP_SECONDS);
    }

    private LockstepRun start(String name, String master, int workers, int samples, Map<String, String> more) {
        Map<String, String> settings = new TreeMap<>(more);
        settings.put("cluster.workers", Integer.toString(workers));
        settings.put("training.batch_size", Integer.toString(workers * WORKLOAD.batchSize()));
        Path data = BenchmarkData.of(samples, directory).directory();
        return new LockstepRun(WORKLOAD, data, directory.resolve("runs").resolve("overhead-" + name), master, settings);
    }
}
