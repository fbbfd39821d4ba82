package dev.lockstep.bench.bound;

import dev.lockstep.bench.Contender;

/** Bytes read and written a second by copying arrays, on about as much memory as Adam touches for model A: 3.5 MB. */
public final class MemoryCopy implements Contender {
    private static final int LENGTH = 4 * 109_386;
    private static final int WARM_UP_STEPS = 5_000;

    private final float[] source = new float[LENGTH];
    private final float[] target = new float[LENGTH];

    @Override
    public String prepare() {
        rate(WARM_UP_STEPS);
        return "System.arraycopy between two arrays of " + LENGTH * Float.BYTES + " bytes";
    }

    @Override
    public double rate(int steps) {
        long started = System.nanoTime();
        for (int step = 0; step < steps; step++) {
            source[step % LENGTH] = step;
            System.arraycopy(source, 0, target, 0, LENGTH);
        }
        double bytes = 2.0 * LENGTH * Float.BYTES * steps;
        return bytes / ((System.nanoTime() - started) / 1e9);
    }

    @Override
    public void close() {
        // Nothing is held but memory.
    }
}
