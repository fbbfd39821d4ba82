package dev.lockstep.bench;

import dev.lockstep.bench.run.EpochEvent;
import dev.lockstep.bench.run.EpochFigures;
import dev.lockstep.bench.run.LockstepRun;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Lockstep on Spark: one {@code scripts/lockstep train} for all rounds. What counts is the time in its steps. */
final class SparkContender implements Contender {
    /** As long as {@link dev.lockstep.bench.engine.TrainerContender} warms up. */
    private static final double WARM_UP_SECONDS = 4;

    private final LockstepRun run;
    private final String settings;
    private final List<Map<String, Double>> figures = new ArrayList<>();

    /**
     * A contender that has been started.
     *
     * @param settings it was started with, for people
     */
    SparkContender(LockstepRun run, String settings) {
        this.run = run;
        this.settings = settings;
    }

    @Override
    public String prepare() {
        run.turn(epochs -> epochs.stream().mapToDouble(EpochEvent::seconds).sum() >= WARM_UP_SECONDS);
        return settings + "; one training, which stands still between its rounds";
    }

    @Override
    public double rate(int steps) {
        List<EpochEvent> epochs = run.turn(soFar -> EpochFigures.steps(soFar) >= steps);
        figures.add(EpochFigures.ofStep(epochs));
        return EpochFigures.samplesPerSecond(epochs);
    }

    /** Medians over the rounds: milliseconds a step of each phase on one rank, bytes a step on the wire. */
    Map<String, Double> figures() {
        Map<String, List<Double>> rounds = new TreeMap<>();
        figures.forEach(round -> round.forEach((name, value) ->
                rounds.computeIfAbsent(name, first -> new ArrayList<>()).add(value)));
        Map<String, Double> medians = new TreeMap<>();
        rounds.forEach((name, values) -> medians.put(name, Measurement.median(values)));
        return medians;
    }

    @Override
    public void close() {
        run.close();
    }
}
