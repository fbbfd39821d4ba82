package dev.lockstep.core.optimizer;

import java.util.stream.IntStream;

/**
 * What an optimizer remembers of each parameter: so many slots, each an array of its own with the parameters' indices.
 * Arrays of their own, because the compiler vectorises a loop only where it touches every array at one index. All zero
 * before step 1.
 */
public final class OptimizerState {
    private final float[][] slots;
    private final int length;

    /**
     * All zero.
     *
     * @param slots floats for each parameter
     * @param length how many parameters
     */
    public OptimizerState(int slots, int length) {
        this.slots = new float[slots][length];
        this.length = length;
    }

    /** How many floats there are for each parameter. */
    public int slots() {
        return slots.length;
    }

    /** One slot of all parameters, live. */
    public float[] slot(int index) {
        return slots[index];
    }

    /** How many floats there are in all. */
    public int floats() {
        return Math.multiplyExact(slots.length, length);
    }

    /** A copy of all slots, one after the other: the form in which they are kept. */
    public float[] toFlat() {
        float[] flat = new float[floats()];
        IntStream.range(0, slots.length).forEach(s -> System.arraycopy(slots[s], 0, flat, s * length, length));
        return flat;
    }

    /**
     * Takes all slots from {@link #toFlat()}'s form.
     *
     * @param flat {@link #floats()} values
     */
    public void readFlat(float[] flat) {
        IntStream.range(0, slots.length).forEach(s -> System.arraycopy(flat, s * length, slots[s], 0, length));
    }

    /** Takes everything from a state of the same size. */
    public void copyFrom(OptimizerState other) {
        IntStream.range(0, slots.length).forEach(s -> System.arraycopy(other.slots[s], 0, slots[s], 0, length));
    }
}
