package dev.lockstep.bench.run;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Figures of epochs that followed one another without a pause. */
public final class EpochFigures {
    private EpochFigures() {}

    /** Steps of all of them. */
    public static long steps(List<EpochEvent> epochs) {
        return epochs.stream().mapToLong(EpochEvent::steps).sum();
    }

    /** Samples a second in steps, of all workers. */
    public static double samplesPerSecond(List<EpochEvent> epochs) {
        double samples = 0;
        double seconds = 0;
        for (EpochEvent epoch : epochs) {
            samples += epoch.seconds() * epoch.samplesPerSecond();
            seconds += epoch.seconds();
        }
        return samples / seconds;
    }

    /** Milliseconds a step of each phase on one rank, and bytes a step on the wire, where they are told. */
    public static Map<String, Double> ofStep(List<EpochEvent> epochs) {
        Map<String, Double> figures = new TreeMap<>();
        double steps = steps(epochs);
        for (EpochEvent epoch : epochs) {
            epoch.phaseSeconds()
                    .forEach((phase, seconds) -> figures.merge(phase + "_ms", 1e3 * seconds / steps, Double::sum));
            epoch.bytesPerStep()
                    .ifPresent(bytes -> figures.merge("bytes_per_step", bytes * epoch.steps() / steps, Double::sum));
        }
        return figures;
    }

    /** Seconds from the end of one epoch to the end of the next, on average: everything is in it. */
    public static double wallSecondsPerEpoch(List<EpochEvent> epochs) {
        requireTwo(epochs);
        return secondsFromFirstToLast(epochs) / (epochs.size() - 1);
    }

    /** Seconds between epochs that belong to no step, on average. */
    public static double secondsBetweenEpochs(List<EpochEvent> epochs) {
        requireTwo(epochs);
        // The first one's steps lie before the time that is looked at.
        double inSteps =
                epochs.stream().skip(1).mapToDouble(EpochEvent::seconds).sum();
        return (secondsFromFirstToLast(epochs) - inSteps) / (epochs.size() - 1);
    }

    private static double secondsFromFirstToLast(List<EpochEvent> epochs) {
        EpochEvent last = epochs.get(epochs.size() - 1);
        return Duration.between(epochs.get(0).ended(), last.ended()).toNanos() / 1e9;
    }

    private static void requireTwo(List<EpochEvent> epochs) {
        if (epochs.size() < 2) {
            throw new IllegalArgumentException("expected at least 2 epochs, found " + epochs.size());
        }
    }
}
