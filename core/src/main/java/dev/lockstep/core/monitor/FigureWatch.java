package dev.lockstep.core.monitor;

/**
 * Remembers the best value of a figure, when that was, and for how many epochs there has been none better. The memory is
 * a few numbers, the same on all ranks: part of the state of the run.
 */
public final class FigureWatch {
    private static final int SEEN = 0;
    private static final int BEST = 1;
    private static final int EPOCH = 2;
    private static final int STEP = 3;
    private static final int WAITED = 4;
    private static final int STOPPED = 5;

    /** How many numbers there are. */
    public static final int LENGTH = 6;

    private final Monitored figure;
    private final double minDelta;
    private final double[] memory = new double[LENGTH];

    /** @param minDelta by how much a value has to be better than the best */
    public FigureWatch(Monitored figure, double minDelta) {
        this.figure = figure;
        this.minDelta = minDelta;
    }

    /**
     * Looks at the value of an epoch.
     *
     * @param epoch from 1
     * @param step after it
     * @return whether it is an improvement; the first is one
     */
    public boolean observe(double value, int epoch, long step) {
        memory[WAITED]++;
        boolean better = figure.higherIsBetter() ? value - minDelta > memory[BEST] : value + minDelta < memory[BEST];
        if (memory[SEEN] == 0 ? Double.isFinite(value) : better) {
            memory[SEEN] = 1;
            memory[BEST] = value;
            memory[EPOCH] = epoch;
            memory[STEP] = step;
            memory[WAITED] = 0;
            return true;
        }
        return false;
    }

    /** What is watched. */
    public Monitored figure() {
        return figure;
    }

    /** The numbers, live: belong to checkpoints and go from rank to rank. */
    public double[] memory() {
        return memory;
    }

    /** Whether there has been a value. */
    public boolean hasBest() {
        return memory[SEEN] > 0;
    }

    /** The best value. */
    public double best() {
        return memory[BEST];
    }

    /** The epoch of the best value, from 1. */
    public int epoch() {
        return (int) memory[EPOCH];
    }

    /** The steps taken at its end. */
    public long step() {
        return (long) memory[STEP];
    }

    /** Epochs since then. */
    public int waited() {
        return (int) memory[WAITED];
    }

    /** Remembers that the run is over. */
    public void stop() {
        memory[STOPPED] = 1;
    }

    /** Whether it is. */
    public boolean stopped() {
        return memory[STOPPED] > 0;
    }
}
