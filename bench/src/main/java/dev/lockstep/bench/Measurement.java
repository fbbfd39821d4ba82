package dev.lockstep.bench;

import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * What a contender reached.
 *
 * @param contender its name
 * @param workload what it trained
 * @param workers how many processes trained together
 * @param batchPerWorker samples a step of each worker
 * @param unit of the rounds
 * @param settings what it ran with
 * @param rounds samples a second, or the unit's, of all workers together, round by round
 * @param figures what else it tells: milliseconds of each phase of a step, bytes on the wire
 */
public record Measurement(
        String contender,
        Workload workload,
        int workers,
        int batchPerWorker,
        String unit,
        String settings,
        List<Double> rounds,
        Map<String, Double> figures) {
    public Measurement {
        if (rounds.isEmpty()) {
            throw new IllegalArgumentException(contender + " has no round");
        }
        rounds = List.copyOf(rounds);
        figures = Map.copyOf(figures);
    }

    /** The middle of the rounds. */
    public double median() {
        return median(rounds);
    }

    /** The slowest round. */
    public double slowest() {
        return rounds.stream().mapToDouble(Double::doubleValue).min().orElseThrow();
    }

    /** The fastest round. */
    public double fastest() {
        return rounds.stream().mapToDouble(Double::doubleValue).max().orElseThrow();
    }

    /**
     * How many times as fast as another this is: the median of the ratios of rounds that ran one after the other, so
     * that a disturbance which lasts longer than a round meets both.
     *
     * @throws IllegalArgumentException when the rounds are not as many
     */
    public double ratioTo(Measurement other) {
        if (rounds.size() != other.rounds.size()) {
            throw new IllegalArgumentException(
                    contender + " has " + rounds.size() + " rounds, " + other.contender + " " + other.rounds.size());
        }
        double[] ratios = new double[rounds.size()];
        for (int round = 0; round < ratios.length; round++) {
            ratios[round] = rounds.get(round) / other.rounds.get(round);
        }
        return median(ratios);
    }

    static double median(List<Double> values) {
        return median(values.stream().mapToDouble(Double::doubleValue).toArray());
    }

    static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
