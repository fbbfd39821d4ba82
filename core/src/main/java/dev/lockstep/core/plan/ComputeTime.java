package dev.lockstep.core.plan;

import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/** How long forward and backward take on a slice: measured for some sizes, on straight lines between them. */
public final class ComputeTime {
    private final NavigableMap<Integer, StepSeconds> secondsBySamples;

    /**
     * @param secondsBySamples measured times by number of samples; at least one
     */
    public ComputeTime(Map<Integer, StepSeconds> secondsBySamples) {
        if (secondsBySamples.isEmpty()) {
            throw new IllegalArgumentException("expected at least one measured slice");
        }
        this.secondsBySamples = new TreeMap<>(secondsBySamples);
    }

    /** The measured points, by samples. */
    public NavigableMap<Integer, StepSeconds> measured() {
        return new TreeMap<>(secondsBySamples);
    }

    /**
     * Seconds until so many workers have all computed a slice; beyond the measured sizes, those of the nearest measured
     * one.
     */
    public double seconds(int samples, int workers) {
        Map.Entry<Integer, StepSeconds> below = secondsBySamples.floorEntry(samples);
        Map.Entry<Integer, StepSeconds> above = secondsBySamples.ceilingEntry(samples);
        if (below == null || above == null) {
            return (below == null ? secondsBySamples.firstEntry() : secondsBySamples.lastEntry())
                    .getValue()
                    .expectedSlowest(workers);
        }
        double atBelow = below.getValue().expectedSlowest(workers);
        int width = above.getKey() - below.getKey();
        if (width == 0) {
            return atBelow;
        }
        double share = (double) (samples - below.getKey()) / width;
        return atBelow + share * (above.getValue().expectedSlowest(workers) - atBelow);
    }
}
