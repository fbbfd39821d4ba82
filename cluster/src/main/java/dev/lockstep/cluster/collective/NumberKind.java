package dev.lockstep.cluster.collective;

import dev.lockstep.cluster.transport.PeerChannel;
import dev.lockstep.core.collective.TreeSum;

/**
 * Single or double precision: all in which a collective call over one differs from a call over the other. Its methods
 * take whole ranges, never single numbers, so that the choice costs nothing where the work is.
 *
 * @param <A> the array that holds such numbers
 */
interface NumberKind<A> {
    /** {@code float}. */
    NumberKind<float[]> FLOAT = new Floats();

    /** {@code double}. */
    NumberKind<double[]> DOUBLE = new Doubles();

    /** Bytes of one number. */
    int bytes();

    /** An array of so many zeros. */
    A array(int length);

    /** So many arrays without a number in them. */
    A[] emptyArrays(int count);

    /** How many numbers an array holds. */
    int length(A array);

    /** Sets what goes out to a peer next. */
    void send(PeerChannel peer, A values, int offset, int count);

    /** Sets what comes in from a peer next, and where to. */
    void receive(PeerChannel peer, A values, int offset, int count);

    /** Sums {@code count} numbers of every row into the target, which begins at {@code from}; see {@link TreeSum}. */
    void sum(TreeSum treeSum, A[] rows, int[] offsets, A target, int from, int count);

    /** Single precision. */
    final class Floats implements NumberKind<float[]> {
        private Floats() {}

        @Override
        public int bytes() {
            return Float.BYTES;
        }

        @Override
        public float[] array(int length) {
            return new float[length];
        }

        @Override
        public float[][] emptyArrays(int count) {
            return new float[count][0];
        }

        @Override
        public int length(float[] array) {
            return array.length;
        }

        @Override
        public void send(PeerChannel peer, float[] values, int offset, int count) {
            peer.send(values, offset, count);
        }

        @Override
        public void receive(PeerChannel peer, float[] values, int offset, int count) {
            peer.receive(values, offset, count);
        }

        @Override
        public void sum(TreeSum treeSum, float[][] rows, int[] offsets, float[] target, int from, int count) {
            int rowCount = rows.length;
            treeSum.sum(rows, offsets, rowCount, target, from, count);
        }
    }

    /** Double precision. */
    final class Doubles implements NumberKind<double[]> {
        private Doubles() {}

        @Override
        public int bytes() {
            return Double.BYTES;
        }

        @Override
        public double[] array(int length) {
            return new double[length];
        }

        @Override
        public double[][] emptyArrays(int count) {
            return new double[count][0];
        }

        @Override
        public int length(double[] array) {
            return array.length;
        }

        @Override
        public void send(PeerChannel peer, double[] values, int offset, int count) {
            peer.send(values, offset, count);
        }

        @Override
        public void receive(PeerChannel peer, double[] values, int offset, int count) {
            peer.receive(values, offset, count);
        }

        @Override
        public void sum(TreeSum treeSum, double[][] rows, int[] offsets, double[] target, int from, int count) {
            int rowCount = rows.length;
            treeSum.sum(rows, offsets, rowCount, target, from, count);
        }
    }
}
