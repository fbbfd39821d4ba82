package dev.lockstep.core.data;

/**
 * A run of positions.
 *
 * @param from the first
 * @param to after the last; equal to from when it is empty
 */
public record Slice(int from, int to) {
    public Slice {
        if (from < 0 || to < from) {
            throw new IllegalArgumentException("no slice: " + from + ".." + to);
        }
    }

    /**
     * One of the near-equal contiguous pieces into which a run is cut: sizes differ by at most one and the longer
     * pieces come first, so that with fewer positions than pieces the last pieces are empty.
     *
     * @param from first position of the run
     * @param to after its last
     * @param pieces into how many it is cut
     * @param piece which one, from 0
     */
    public static Slice of(int from, int to, int pieces, int piece) {
        if (piece < 0 || piece >= pieces) {
            throw new IllegalArgumentException("piece " + piece + " is not one of " + pieces);
        }
        int size = (to - from) / pieces;
        int longer = (to - from) % pieces;
        int start = from + piece * size + Math.min(piece, longer);
        return new Slice(start, start + size + (piece < longer ? 1 : 0));
    }

    /** How many positions it has. */
    public int size() {
        return to - from;
    }

    /** Whether it has none. */
    public boolean isEmpty() {
        return to == from;
    }
}
