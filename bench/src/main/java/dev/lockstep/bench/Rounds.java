package dev.lockstep.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Lets contenders take turns: round 1 of each, round 2 of each, and so on. */
final class Rounds {
    private static final int TRIAL_STEPS = 20;
    private static final double BOUND_SECONDS = 0.3;

    private static final class Runner {
        final Entry entry;
        final Contender contender;
        final String settings;
        final List<Double> rates = new ArrayList<>();
        int steps;

        Runner(Entry entry, Contender contender) {
            this.entry = entry;
            this.contender = contender;
            settings = contender.prepare();
        }

        Measurement measurement() {
            return new Measurement(
                    entry.name(),
                    entry.workload(),
                    entry.workers(),
                    entry.batchPerWorker(),
                    entry.unit(),
                    settings,
                    rates,
                    contender instanceof SparkContender spark ? spark.figures() : Map.of());
        }
    }

    private final int count;
    private final double secondsEach;
    private final long endNanos;
    private final Consumer<String> progress;
    private final Map<String, String> skipped = new LinkedHashMap<>();

    /**
     * Rounds to be run.
     *
     * @param count how many
     * @param secondsEach what a round of one contender should take
     * @param endNanos the {@link System#nanoTime()} that should not be passed: no round that would is begun, but the first
     * @param progress told what happens
     */
    Rounds(int count, double secondsEach, long endNanos, Consumer<String> progress) {
        this.count = count;
        this.secondsEach = secondsEach;
        this.endNanos = endNanos;
        this.progress = progress;
    }

    /** Who could not run, and why. */
    Map<String, String> skipped() {
        return skipped;
    }

    /** Runs the contenders that can; those that fail in the middle are left out as a whole. */
    List<Measurement> run(List<Entry> entries) {
        List<Runner> runners = new ArrayList<>();
        try {
            for (Entry entry : entries) {
                prepare(entry, runners);
            }
            long longest = 0;
            for (int round = 1; round <= count && !runners.isEmpty(); round++) {
                long started = System.nanoTime();
                if (round > 1 && started + longest > endNanos) {
                    progress.accept("only " + (round - 1) + " of " + count
                            + " rounds fit into the time; is the machine busy? --minutes gives more");
                    break;
                }
                progress.accept("round " + round + " of " + count);
                for (Runner runner : List.copyOf(runners)) {
                    runRound(runner, runners);
                }
                longest = Math.max(longest, System.nanoTime() - started);
            }
            return runners.stream().map(Runner::measurement).toList();
        } finally {
            runners.forEach(runner -> runner.contender.close());
        }
    }

    private void prepare(Entry entry, List<Runner> runners) {
        String objection = BenchmarkPlan.objection(entry);
        if (objection != null) {
            skip(entry, objection);
            return;
        }
        progress.accept("prepares " + entry.label());
        Contender contender = entry.start().get();
        try {
            Runner runner = new Runner(entry, contender);
            runner.steps = stepsOfRound(entry, contender);
            runners.add(runner);
        } catch (RuntimeException failure) {
            contender.close();
            skip(entry, String.valueOf(failure.getMessage()));
        }
    }

    private int stepsOfRound(Entry entry, Contender contender) {
        long started = System.nanoTime();
        double rate = contender.rate(TRIAL_STEPS);
        if (entry.batchPerWorker() > 0) {
            // By its rate, and not by the time it took: a contender may do more steps than it is asked for.
            return stepsIn(secondsEach, rate / entry.workers() / entry.batchPerWorker());
        }
        return stepsIn(BOUND_SECONDS, TRIAL_STEPS / ((System.nanoTime() - started) / 1e9));
    }

    private static int stepsIn(double seconds, double stepsPerSecond) {
        return Math.max(1, (int) Math.ceil(seconds * stepsPerSecond));
    }

    private void runRound(Runner runner, List<Runner> runners) {
        try {
            runner.rates.add(runner.contender.rate(runner.steps));
        } catch (RuntimeException failure) {
            runners.remove(runner);
            runner.contender.close();
            skip(runner.entry, String.valueOf(failure.getMessage()));
        }
    }

    private void skip(Entry entry, String why) {
        skipped.put(entry.label(), why);
        progress.accept("without " + entry.label() + ": " + why);
    }
}
